// From parsed JSON to the raw form. Internal to this folder.
#pragma once

#include "values/json_walk.hpp"

#include <cstddef>

namespace prong::values {

// Writes the value of a type that has a raw form; `at` holds layout()->size zero bytes.
[[nodiscard]] MaybeMismatch read_raw(const JsonWalk& walk, const Type& type, JsonValue& value, std::byte* at);

}  // namespace prong::values
