// Identities of files.
#include "registry/plugin_file.hpp"

#include <sys/stat.h>

namespace prong::registry {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

FileIdentity identity_of(const struct stat& status) {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .mtime_ns = nanoseconds(status.st_mtim),
          .ctime_ns = nanoseconds(status.st_ctim)};
}

}  // namespace prong::registry

std::size_t std::hash<prong::registry::FileIdentity>::operator()(
    const prong::registry::FileIdentity& identity) const noexcept {
  // Changes of the same file differ in the time, files of one time in the inode.
  const auto mixed = identity.inode * 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(identity.ctime_ns);
  return std::hash<std::uint64_t>{}(mixed ^ identity.device);
}
