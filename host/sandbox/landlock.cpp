// The three system calls of Landlock.
#include "sandbox/landlock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace prong::sandbox {

namespace {

// linux/landlock.h, of Linux 6.12; glibc has no wrappers.
constexpr long create_ruleset = 444;
constexpr long add_rule = 445;
constexpr long restrict_self_call = 446;
constexpr std::uint32_t ask_version = 1;
constexpr int rule_path_beneath = 1;

struct RulesetAttributes {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};
// The kernel's is packed.
struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

constexpr std::uint64_t write_file = 1 << 1;
constexpr std::uint64_t read_file = 1 << 2;
constexpr std::uint64_t read_folder = 1 << 3;

constexpr std::uint64_t first_rights(unsigned count) { return (std::uint64_t{1} << count) - 1; }

// What each version can deny. Of files: the first 13 rights, then moving between folders, truncating, and
// device ioctls; of the network, binding and connecting by TCP; scopes: abstract sockets and signals.
RulesetAttributes all_that_can_be_denied(int version) noexcept {
  const unsigned of_files = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
  return {.files = first_rights(of_files),
          .network = version >= 4 ? first_rights(2) : 0,
          .scopes = version >= 6 ? first_rights(2) : 0};
}

}  // namespace

int landlock_version() noexcept {
  return static_cast<int>(std::max(::syscall(create_ruleset, nullptr, 0, ask_version), 0L));
}

Ruleset::Ruleset() {
  const RulesetAttributes attributes = all_that_can_be_denied(landlock_version());
  descriptor_ =
      transport::checked(static_cast<int>(::syscall(create_ruleset, &attributes, sizeof attributes, 0)),
                         "landlock_create_ruleset");
}

bool Ruleset::allow_reading(const std::filesystem::path& path) const {
  return allow(path, read_file | read_folder);
}

bool Ruleset::allow_reading_and_writing(const std::filesystem::path& file) const {
  return allow(file, read_file | write_file);
}

bool Ruleset::allow(const std::filesystem::path& path, unsigned long long access) const {
  const transport::FileDescriptor place{::open(path.c_str(), O_PATH | O_CLOEXEC)};
  struct stat status{};
  if (!place || ::fstat(place.number(), &status) != 0) return false;
  if (!S_ISDIR(status.st_mode)) access &= ~read_folder;
  const PathBeneath rule{.allowed = access, .parent = place.number()};
  if (::syscall(add_rule, descriptor_.number(), rule_path_beneath, &rule, 0) != 0) {
    throw transport::system_failure("landlock_add_rule");
  }
  return true;
}

void restrict_self(const transport::FileDescriptor& ruleset) {
  if (::syscall(restrict_self_call, ruleset.number(), 0) != 0)
    throw transport::system_failure("landlock_restrict_self");
}

}  // namespace prong::sandbox
