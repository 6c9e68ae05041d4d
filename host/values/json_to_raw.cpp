// Tuples and structs of scalars, each to its place.
#include "values/json_to_raw.hpp"

#include "values/json_scalar.hpp"

namespace prong::values {

MaybeMismatch read_raw(const JsonWalk& walk, const Type& type, JsonValue& value, std::byte* at) {
  const auto read_child = [&](std::size_t index, JsonValue& inner) {
    return read_raw(walk, type.children()[index], inner, at + type.offsets()[index]);
  };
  if (type.kind() == Kind::tuple) return walk.tuple(type, value, read_child);
  if (type.kind() == Kind::structure) return walk.fields(type, value, read_child);
  const std::string_view token = JsonWalk::token(value);
  if (read_scalar(type.kind(), token, at)) return {};
  Mismatch mismatch = walk.wrong(type, token);
  if (token.front() != '[' && token.front() != '{') mismatch.found = describe_scalar(type.kind(), token);
  return mismatch;
}

}  // namespace prong::values
