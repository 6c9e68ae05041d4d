// What messages about names need, for programs that print their own: suggestions, and text that a terminal
// survives.
#pragma once

#include <prong/export.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prong {

// The candidate that `name` was most likely meant to be; nothing when none is near. The first of equals.
[[nodiscard]] PRONG_API std::optional<std::string> closest(std::string_view name,
                                                           std::span<const std::string> candidates);

// Control characters and bytes that are not UTF-8 become \xNN, a backslash becomes \\. One line.
[[nodiscard]] PRONG_API std::string printable(std::string_view text);

// What `text`, which is not empty, begins with: a valid UTF-8 sequence of `length` bytes, or `length` bytes
// that stand for one replacement character.
struct Utf8Sequence {
  std::size_t length = 1;
  bool valid = false;
};
[[nodiscard]] PRONG_API Utf8Sequence utf8_sequence(std::string_view text);

}  // namespace prong
