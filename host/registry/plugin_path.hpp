// The plugin path: the folders in which plugins are found by name, and what lies in them.
#pragma once

#include "registry/open_folder.hpp"
#include "registry/plugin_file.hpp"
#include "registry/refusal.hpp"

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace prong::registry {

// What find() found. A refusal with the code "not-found" means that no folder has such a file.
using Found = std::variant<PluginFile, Refusal>;

// One `*.so` of one folder, usable or refused.
struct Entry {
  std::filesystem::path path;                        // absolute
  std::string module;                                // empty when the file's name is not a module's
  std::variant<PluginFile, Refusal> file;            // as find() would see it
  std::optional<std::filesystem::path> shadowed_by;  // an earlier folder's file of the same module
};

// [any thread]. The first folder that has a file of the module's name decides, also when that file is
// refused: a refused file must not silently give way to another one. Folders that do not exist are empty.
class PluginPath {
 public:
  // Empty paths are left out (the current directory is searched only when it is named), relative ones are
  // made absolute here and now, repeated ones count once.
  explicit PluginPath(std::vector<std::filesystem::path> folders);
  PluginPath(const PluginPath&) = delete;
  PluginPath& operator=(const PluginPath&) = delete;

  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }

  // One stat per folder up to the right one, and one of the folder that it lay in, which is kept open, when
  // the file was found before and neither has changed; all checks otherwise. So a mere change of permissions
  // further up is seen at the next change of either; whoever uses it to exchange the file makes such a
  // change. Reads no content. Throws std::invalid_argument when `module` is not the path of a module.
  [[nodiscard]] Found find(std::string_view module) const;

  // All entries, by folder in path order, then by file name.
  [[nodiscard]] std::vector<Entry> scan() const;

 private:
  // A file that passed all checks, and the folder it then lay in.
  struct Checked {
    FileIdentity folder;
    PluginFile file;
  };

  [[nodiscard]] std::optional<PluginFile> find_checked(const std::string& path, const std::string& folder,
                                                       const FileIdentity& file, bool has_one_name) const;
  [[nodiscard]] std::optional<FileIdentity> look_at(const std::string& folder) const;  // locked
  PluginFile keep(const std::string& folder, const FileIdentity& identity, PluginFile file) const;

  std::vector<std::filesystem::path> folders_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, Checked> checked_;          // by path; guarded by mutex_
  mutable std::unordered_map<std::string, OpenFolder> open_folders_;  // by path; guarded by mutex_
};

// PRONG_PLUGIN_PATH (separated by colons), then $XDG_DATA_HOME/prong/plugins or, without that variable,
// $HOME/.local/share/prong/plugins, then `beside_library` (lib/prong/plugins beside libprong) unless empty.
[[nodiscard]] std::vector<std::filesystem::path> default_plugin_path(
    const std::filesystem::path& beside_library);

}  // namespace prong::registry
