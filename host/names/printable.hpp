// Names as messages show them: whatever bytes a file name holds, one line that a terminal survives.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace prong::names {

// One character at the beginning of a text; or, when that is none, the bytes that one U+FFFD stands for: the
// longest beginning of a character that is cut off there (Unicode 15, 3.9, "maximal subparts"), at least one.
struct Utf8Sequence {
  std::size_t length;
  bool valid;
};

// `text` is not empty.
[[nodiscard]] Utf8Sequence utf8_sequence(std::string_view text);

// Whether a whole valid sequence is a control character of ASCII or Latin-1, which terminals obey, one about
// the direction of text, which hides what a line says, or a byte order mark, which nobody sees.
[[nodiscard]] bool is_control(std::string_view sequence);

// Control characters and bytes that are not UTF-8 become \xNN. A backslash stays: what was made printable on
// the way is not changed a second time, and the escapes of JSON are shown as they stand in the text.
[[nodiscard]] std::string printable(std::string_view name);

// The same, cut when it is too long for a message.
[[nodiscard]] std::string shown(std::string_view name);

}  // namespace prong::names
