// Which functions a plugin file exports, whatever its notes say. [worker]: see plugin_notes.hpp.
#pragma once

#include <libelf.h>

#include <string>
#include <vector>

namespace prong::worker {

// The symbols that the file itself defines in the C++ namespaces mapfn and resultfn, mangled, as far as
// limits::description_bytes_max reaches; nothing when its symbols cannot be read.
[[nodiscard]] std::vector<std::string> read_exports(Elf* elf);

}  // namespace prong::worker
