// The files of a new plugin project.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace prong::cli {

enum class PluginLanguage : std::uint8_t { cpp, c, rust };

struct ProjectFile {
  std::filesystem::path name;
  std::string content;
};

// A project that builds, installs and tests the module, which has one map function and one result function.
// Precondition: `module` is a module's name.
[[nodiscard]] std::vector<ProjectFile> plugin_project(const std::string& module, PluginLanguage language);

}  // namespace prong::cli
