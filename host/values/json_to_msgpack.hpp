// From parsed JSON to MessagePack. Internal to this folder.
#pragma once

#include "values/json_walk.hpp"

#include <string>
#include <string_view>

namespace prong::values {

// Appends the value. What is written after a mismatch is unspecified.
[[nodiscard]] MaybeMismatch read_msgpack(const JsonWalk& walk, const Type& type, JsonValue& value,
                                         std::string& out);

// The same for a value that is no array, object or string, given as its token.
[[nodiscard]] MaybeMismatch read_msgpack_token(const JsonWalk& walk, const Type& type, std::string_view token,
                                               std::string& out);

// The same for a string, given as its token and its unescaped text.
[[nodiscard]] MaybeMismatch read_msgpack_string(const JsonWalk& walk, const Type& type,
                                                std::string_view token, std::string_view string,
                                                std::string& out);

}  // namespace prong::values
