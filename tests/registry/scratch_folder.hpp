// A folder for one test, and what lies in it.
#pragma once

#include "registry/plugin_path.hpp"

#include <filesystem>
#include <string>
#include <string_view>

// Lies under the system's folder for temporary files, which is sticky, and is removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // A folder in it, mode 0755, also several levels deep.
  std::filesystem::path folder(std::string_view name) const;
  // A file in it, mode 0644, in a folder that exists.
  std::filesystem::path file(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

void set_mode(const std::filesystem::path& path, unsigned mode);

// The path of the plugin that was found, or the code of the refusal.
std::string found(const prong::registry::PluginPath& path, std::string_view module);
// The refusal, which must be there.
prong::registry::Refusal refusal(const prong::registry::PluginPath& path, std::string_view module);
