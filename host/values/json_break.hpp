// Where a text stops being JSON. Asked only of a text that is none: the parser says no more than that.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace prong::values {

// The first byte with which the text is not the beginning of any JSON text (RFC 8259), or its size, when it
// ends too early. Nothing: no fault was found; what stands behind a backslash is not looked at.
[[nodiscard]] std::optional<std::size_t> find_break(std::string_view json);

// The first byte that is not part of a character in UTF-8.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace prong::values
