// Numbers and booleans as JSON writes them.
#pragma once

#include "values/type.hpp"

#include <cstddef>
#include <string_view>

namespace prong::values {

// Whether the text is one number (RFC 8259 §6), of any size.
[[nodiscard]] bool is_json_number(std::string_view text);

// Reads one JSON token, without white space around it, as a scalar of a kind that has a raw form, and writes
// that form to `at`, which need not be aligned. False when the token is not of that kind or out of its range.
// Integers never pass through floating point; floats are rounded once.
[[nodiscard]] bool read_scalar(Kind kind, std::string_view token, std::byte* at);

// Why read_scalar() said false, for Mismatch::found.
[[nodiscard]] std::string describe_scalar(Kind kind, std::string_view token);

}  // namespace prong::values
