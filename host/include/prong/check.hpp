// Whether a file would load and work as a plugin, and what to do when not: what `prong check` tells.
#pragma once

#include <prong/export.hpp>
#include <prong/function_info.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace prong {

enum class Severity : std::uint8_t {
  error,    // a pool refuses the file, or something that the file offers
  warning,  // a pool uses it, though perhaps not as it was meant
};

struct Finding {
  Severity severity = Severity::error;
  std::string code;  // stable, kebab-case; docs/refusals.md lists them
  std::string required;
  std::string found;
  std::string fix;
};

struct CheckReport {
  ModuleInfo module;              // what the file says of itself, as far as it can be read
  std::vector<Finding> findings;  // errors first

  // No errors.
  [[nodiscard]] PRONG_API bool passed() const noexcept;
};

struct CheckOptions {
  // A plugin that takes longer to load, its constructors included, is refused.
  std::chrono::milliseconds load_timeout{10'000};
  // The zygote's executable; empty: libexec/prong/prong-zygote beside libprong.
  std::filesystem::path zygote = {};
};

// Looks at any file, on the plugin path or not, as a pool would, and goes on where a pool would stop. A file
// that nobody but root and the user may change is loaded too, with every function that it describes: in a
// worker of its own, which has loaded nothing else, so that neither a crash nor another plugin's libraries
// change what is found. Throws PoolBroken. [host] [any thread] [blocks]
[[nodiscard]] PRONG_API CheckReport check_plugin(const std::filesystem::path& file,
                                                 const CheckOptions& options = {});

}  // namespace prong
