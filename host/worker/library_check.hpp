// The libraries that a plugin is linked with, before the dynamic linker opens them: of one that is not whole
// it dies, and for a FIFO's other end it waits for ever. [worker]: see plugin_notes.hpp.
#pragma once

#include "worker/refusal_text.hpp"

#include <optional>
#include <string>

namespace prong::worker {

// Follows the run paths from `file` as the dynamic linker does (ld.so(8)), to libraries that are not loaded,
// and theirs. Those of the system's folders are not looked at. Nothing: as far as was seen, all are whole.
[[nodiscard]] std::optional<RefusalText> find_broken_library(const std::string& file);

}  // namespace prong::worker
