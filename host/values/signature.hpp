// The text form of types, as the notes of plugins carry it.
#pragma once

#include "values/type.hpp"

#include <cstddef>
#include <string_view>

namespace prong::values {

// Signatures come from files that anyone may have made. Deeper types would exhaust the stack of recursive
// readers, larger ones the memory of every worker; real ones stay far below.
inline constexpr std::size_t signature_depth_max = 32;
inline constexpr std::size_t signature_bytes_max = 16384;

// One type in the notation of Type::to_string(); blanks and tabs may stand between words.
// Throws std::invalid_argument, which says what was expected and at which byte.
[[nodiscard]] Type parse_signature(std::string_view text);

}  // namespace prong::values
