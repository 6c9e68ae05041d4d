// A plugin's file as the host knows it: by name, place and identity, never by content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

struct stat;

namespace prong::registry {

// Two equal identities are one unchanged file: any write, replacement or change of permissions changes one of
// these. Times are nanoseconds since 1970.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;

  bool operator==(const FileIdentity&) const = default;
};

[[nodiscard]] FileIdentity identity_of(const struct stat& status);

// `path` is absolute: the folder of the plugin path, then the file's name; symbolic links are not resolved.
// `identity` is that of the file which the path leads to.
struct PluginFile {
  std::string module;
  std::filesystem::path path;
  FileIdentity identity;

  bool operator==(const PluginFile&) const = default;
};

}  // namespace prong::registry

template <>
struct std::hash<prong::registry::FileIdentity> {
  std::size_t operator()(const prong::registry::FileIdentity& identity) const noexcept;
};
