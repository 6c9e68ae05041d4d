// Which libraries a plugin file wants, and where it wants them searched. [worker]: see plugin_notes.hpp.
#pragma once

#include <libelf.h>

#include <string>
#include <vector>

namespace prong::worker {

struct Dependencies {
  std::vector<std::string> needed;    // DT_NEEDED: sonames
  std::vector<std::string> run_path;  // DT_RUNPATH, or DT_RPATH: folders, $ORIGIN as it stands
};

// What the file's dynamic section says; nothing when it cannot be read.
[[nodiscard]] Dependencies read_dependencies(Elf* elf);

}  // namespace prong::worker
