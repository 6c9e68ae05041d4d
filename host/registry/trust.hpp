// Whether a file, and every folder and symbolic link on the way to it, is under the control of root and the
// user alone.
//
// Whoever may write a folder can put another file in its place. So the way to a file is walked name by name,
// as the kernel walks it, through every symbolic link, and every folder in which a name is looked up is
// checked: root or the user owns it, and nobody else may write it. A folder that root owns and that is
// sticky, as /tmp, is fine above the last one: others can add names to it, but not change those of root and
// the user, and what a name there leads to is checked again. The folder that holds the file must not be open
// to others at all.
#pragma once

#include "registry/plugin_file.hpp"
#include "registry/refusal.hpp"

#include <filesystem>
#include <variant>

namespace prong::registry {

// Nothing has that name.
struct Absent {};

using Examined = std::variant<FileIdentity, Absent, Refusal>;

// The identity of the regular, readable file that `path` (absolute) leads to; or why it may not be used.
// Never blocks, whatever lies there, and reads no content. The refusal's `file` is `path`.
[[nodiscard]] Examined examine(const std::filesystem::path& path);

}  // namespace prong::registry
