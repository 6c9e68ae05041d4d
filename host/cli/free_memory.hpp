// How much memory there is for this process, before the system kills for lack of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace prong::cli {

// Where the system tells it. The defaults are this process's.
struct MemoryFiles {
  std::filesystem::path system = "/proc/meminfo";
  std::filesystem::path groups = "/proc/self/cgroup";
  std::filesystem::path group_tree = "/sys/fs/cgroup";
};

// Bytes: of the whole system, or that the process's control group or one around it has left, whichever is
// less. What the system could take back from files counts as free. Nothing when nobody tells.
[[nodiscard]] std::optional<std::uint64_t> free_memory(const MemoryFiles& files = {});

}  // namespace prong::cli
