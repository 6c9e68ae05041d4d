// Landlock: which files a process may open, whoever it is. The kernel's constants are our own where its
// headers may be older than it is.
#pragma once

#include "transport/file_descriptor.hpp"

#include <filesystem>

namespace prong::sandbox {

// Of the kernel's interface (landlock(7)): 1 files, 4 network, 6 signals and abstract sockets; 0: there is
// none.
[[nodiscard]] int landlock_version() noexcept;

// Nothing of what this kernel's Landlock can deny is allowed, but what is added.
class Ruleset {
 public:
  Ruleset();  // throws std::system_error

  // A file, or a folder with all that is below it. False, and errno, when there is no such thing. Throws
  // std::system_error when the rule cannot be made.
  [[nodiscard]] bool allow_reading(const std::filesystem::path& path) const;
  [[nodiscard]] bool allow_reading_and_writing(const std::filesystem::path& file) const;

  [[nodiscard]] transport::FileDescriptor take() noexcept { return std::move(descriptor_); }

 private:
  [[nodiscard]] bool allow(const std::filesystem::path& path, unsigned long long access) const;
  transport::FileDescriptor descriptor_;
};

// [worker] From here on, for ever, and for all that this process starts. Wants no_new_privs. Throws
// std::system_error.
void restrict_self(const transport::FileDescriptor& ruleset);

}  // namespace prong::sandbox
