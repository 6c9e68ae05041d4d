// Which libraries a plugin file wants, and where it wants them searched. [worker]: see plugin_notes.hpp.
#pragma once

#include <libelf.h>

#include <filesystem>
#include <string>
#include <vector>

namespace prong::worker {

// Of the plugin and of the libraries that lie in its run path; each entry once. Libraries in the system's
// folders need others of those, which come and go with the dynamic linker's cache.
struct Dependencies {
  std::vector<std::string> needed;    // DT_NEEDED: sonames
  std::vector<std::string> run_path;  // DT_RUNPATH, or DT_RPATH: folders, $ORIGIN replaced
  bool cut_off = false;               // there is more than limits::dependency_text_bytes_max
};

// What the dynamic sections say of `file`, which `elf` has opened, and of its libraries; nothing of one that
// cannot be read.
[[nodiscard]] Dependencies read_dependencies(Elf* elf, const std::filesystem::path& file);

}  // namespace prong::worker
