// What a plugin file says of itself, read without running any of its code. [worker]: a hostile file may crash
// or exhaust the process that looks at it.
#pragma once

#include "worker/refusal_text.hpp"

#include <string>
#include <variant>

namespace prong::worker {

// JSON: {"build_id": hexadecimal, "notes": [text of a note of owner "prong", …], "needed": [soname, …],
// "run_path": [folder, …], "exports": [symbol, …]}. See plugin_dependencies.hpp and plugin_exports.hpp.
[[nodiscard]] std::variant<std::string, RefusalText> read_notes(const std::string& file);

}  // namespace prong::worker
