// Finding one plugin, and listing all.
#include "registry/plugin_path.hpp"

#include "names/encoding.hpp"
#include "registry/trust.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <system_error>
#include <utility>

namespace prong::registry {
namespace {

namespace fs = std::filesystem;

struct Seen {
  FileIdentity identity;
  bool has_one_name;  // it is reached by no link, hard or symbolic
};

// What `path` leads to, without any check; nothing, and errno, when there is not even a link.
std::optional<Seen> look_along(const char* path) {
  struct stat status{};
  if (::lstat(path, &status) != 0) return {};
  const bool has_one_name = S_ISREG(status.st_mode) && status.st_nlink == 1;
  // A link whose target cannot be looked at has the identity of the link: it will be refused.
  if (struct stat target{}; S_ISLNK(status.st_mode) && ::stat(path, &target) == 0) status = target;
  return Seen{identity_of(status), has_one_name};
}

std::optional<FileIdentity> find_identity(const std::string& path) {
  const auto seen = look_along(path.c_str());
  return seen ? std::optional{seen->identity} : std::nullopt;
}

std::string joined(const std::vector<fs::path>& folders) {
  std::string text;
  for (const fs::path& folder : folders)
    text += (text.empty() ? "" : ", ") + folder.native();
  return text.empty() ? "no folder" : text;
}

Refusal not_found(const std::string& file_name, const std::vector<fs::path>& folders) {
  return {.code = "not-found",
          .file = file_name,
          .required = "a file of this name on the plugin path",
          .found = fmt::format("none in {}", joined(folders)),
          .fix = "put the plugin into one of these folders, or its folder into PRONG_PLUGIN_PATH"};
}

Refusal wrong_name(const fs::path& path) {
  return {.code = "wrong-name",
          .file = path,
          .required = "a file name that encodes the path of a module, as acme-_-stats.so for acme.stats",
          .found = "a name that encodes none",
          .fix = "rename the file after its module"};
}

Refusal unreadable_folder(const fs::path& folder, const std::error_code& error) {
  return unreadable(folder, error.value(),
                    {.code = {},
                     .file = {},
                     .required = "a folder that the user may read",
                     .found = error.message(),
                     .fix = fmt::format("chmod u+rx '{}', or take it off the plugin path", folder.native())});
}

// The names of the folder's plugins, sorted by bytes.
std::vector<std::string> plugin_names(const fs::path& folder, std::error_code& error) {
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (std::string name = entry->path().filename().native(); name.ends_with(".so"))
      names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

void append_variable(std::vector<fs::path>& folders, const char* variable) {
  const char* value = std::getenv(variable);
  std::string_view rest = value != nullptr ? value : "";
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    if (colon > 0) folders.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
}

}  // namespace

PluginPath::PluginPath(std::vector<fs::path> folders) {
  for (const fs::path& folder : folders) {
    if (folder.empty()) continue;
    fs::path absolute = fs::absolute(folder);
    // A slash at the end is an empty name in C++, but none to the kernel.
    if (!absolute.has_filename() && absolute.has_relative_path()) absolute = absolute.parent_path();
    if (std::ranges::find(folders_, absolute) != folders_.end()) continue;
    open_folders_.emplace(absolute.native(), OpenFolder{absolute.c_str()});
    folders_.push_back(std::move(absolute));
  }
}

Found PluginPath::find(std::string_view module) const {
  const std::string file_name = names::file_name(module);
  std::optional<Refusal> unsearchable;
  for (const fs::path& folder : folders_) {
    const std::string path = folder.native() + '/' + file_name;
    const auto seen = look_along(path.c_str());
    if (!seen && errno != EACCES) continue;
    if (seen) {
      if (auto known = find_checked(path, folder.native(), seen->identity, seen->has_one_name))
        return std::move(*known);
    }
    const auto folder_identity = find_identity(folder.native());
    if (!folder_identity) continue;
    Examined examined = examine(path);
    if (const auto* checked = std::get_if<FileIdentity>(&examined)) {
      return keep(folder.native(), *folder_identity,
                  {.module = std::string(module), .path = path, .identity = *checked});
    }
    auto* refusal = std::get_if<Refusal>(&examined);
    if (refusal == nullptr) continue;
    if (seen) return std::move(*refusal);
    // Whether this folder has the file cannot be known; a later one may.
    if (!unsearchable) unsearchable = std::move(*refusal);
  }
  return unsearchable ? std::move(*unsearchable) : not_found(file_name, folders_);
}

std::optional<PluginFile> PluginPath::find_checked(const std::string& path, const std::string& folder,
                                                   const FileIdentity& file, bool has_one_name) const {
  const std::lock_guard lock(mutex_);
  const auto known = checked_.find(path);
  if (known == checked_.end() || known->second.file.identity != file) return {};
  // A file of several names may lie in several folders: which one the path leads to now is seen along it.
  if ((has_one_name ? look_at(folder) : find_identity(folder)) != known->second.folder) return {};
  return known->second.file;
}

std::optional<FileIdentity> PluginPath::look_at(const std::string& folder) const {
  const auto open = open_folders_.find(folder);
  const auto seen = open == open_folders_.end() ? std::nullopt : open->second.identity();
  return seen ? seen : find_identity(folder);
}

PluginFile PluginPath::keep(const std::string& folder, const FileIdentity& identity, PluginFile file) const {
  const std::lock_guard lock(mutex_);
  checked_.insert_or_assign(file.path.native(), Checked{.folder = identity, .file = file});
  // There was none, or it is another one by now.
  if (OpenFolder& open = open_folders_[folder]; open.identity() != identity)
    open = OpenFolder{folder.c_str()};
  return file;
}

std::vector<Entry> PluginPath::scan() const {
  std::vector<Entry> entries;
  std::map<std::string, fs::path> first_of_module;
  for (const fs::path& folder : folders_) {
    std::error_code error;
    for (const std::string& name : plugin_names(folder, error)) {
      Entry entry{.path = folder / name,
                  .module = names::module_of_file(name).value_or(""),
                  .file = {},
                  .shadowed_by = {}};
      Examined examined = entry.module.empty() ? wrong_name(entry.path) : examine(entry.path);
      if (std::holds_alternative<Absent>(examined)) continue;
      if (auto* refusal = std::get_if<Refusal>(&examined)) {
        entry.file = std::move(*refusal);
      } else {
        entry.file = PluginFile{entry.module, entry.path, std::get<FileIdentity>(examined)};
      }
      if (!entry.module.empty()) {
        const auto [first, is_first] = first_of_module.emplace(entry.module, entry.path);
        if (!is_first) entry.shadowed_by = first->second;
      }
      entries.push_back(std::move(entry));
    }
    const bool is_none = error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    if (error && !is_none) entries.push_back({folder, "", unreadable_folder(folder, error), {}});
  }
  return entries;
}

std::vector<fs::path> default_plugin_path(const fs::path& beside_library) {
  std::vector<fs::path> folders;
  append_variable(folders, "PRONG_PLUGIN_PATH");
  const char* data_home = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  // The XDG base directory specification: relative paths in its variables are to be ignored.
  if (data_home != nullptr && *data_home == '/') {
    folders.push_back(fs::path(data_home) / "prong/plugins");
  } else if (home != nullptr && *home == '/') {
    folders.push_back(fs::path(home) / ".local/share/prong/plugins");
  }
  if (!beside_library.empty()) folders.push_back(beside_library);
  return folders;
}

}  // namespace prong::registry
