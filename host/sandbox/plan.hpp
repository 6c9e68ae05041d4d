// A pool's sandbox as the host makes it, once: what its zygote is born with, and each worker puts on.
#pragma once

#include "transport/file_descriptor.hpp"

#include <prong/sandbox.hpp>

#include <linux/filter.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <vector>

namespace prong::sandbox {

// What is wanted.
struct Policy {
  Sandbox level = Sandbox::none;
  std::optional<std::size_t> memory_max = {};     // bytes; none: as much as there is
  std::uint64_t descriptors_max = 0;              // open at one time
  bool cores = false;                             // may be dumped
  std::vector<std::filesystem::path> plugins{};   // strict: folders
  std::vector<std::filesystem::path> readable{};  // strict: files, and folders with all that is below them
};

// What a worker does about it. Lies at the start of Plan::orders; then the filter's instructions.
struct Orders {
  static constexpr std::uint64_t no_bound = UINT64_MAX;
  std::uint64_t level = 0;  // prong::Sandbox
  std::uint64_t memory_max = no_bound;
  std::uint64_t descriptors_max = no_bound;
  std::uint64_t cores = 0;  // 1: they may be dumped
  std::uint64_t filter_count = 0;
};

struct Plan {
  transport::FileDescriptor orders;   // a memfd
  transport::FileDescriptor ruleset;  // Landlock's; none below strict
};

// What is wanted cannot be had on this system, or makes no sense; what() is a sentence.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// `allow_read` names what is not there.
struct NothingToRead : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// [host] Throws Unavailable, NothingToRead, std::system_error. Folders of plugins need not exist; what comes
// to be later cannot be read.
[[nodiscard]] Plan make_plan(const Policy& policy);

}  // namespace prong::sandbox
