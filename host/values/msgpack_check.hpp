// Whether bytes that a plugin or a caller gave are one MessagePack value of a type.
//
// How MessagePack maps to types: integers of any width within the type's range; f64 is float 64, float 32 or
// an integer that f64 holds exactly, f32 is float 32 or an integer that f32 holds exactly (msgpack-cxx writes
// integral floating-point numbers as integers); str is str, bytes is bin; lists and tuples are arrays;
// structs and maps are maps keyed by str, a struct's in any order; nil is null or an absent optional; no ext
// types.
#pragma once

#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace prong::values {

// Reads no byte twice and none outside `value`; needs memory for the depth of the value alone.
[[nodiscard]] std::optional<Mismatch> check_msgpack(const Type& type, std::span<const std::byte> value);

}  // namespace prong::values
