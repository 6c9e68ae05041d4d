// What a MessagePack header says, and what sentences call it.
#pragma once

#include <prong/codec/place.hpp>

#include <cstdint>

namespace prong::codec {

enum class Kind { nil, boolean, natural, negative, float32, float64, str, bin, array, map, ext };

// A scalar, a str or a bin; or how many elements of an array or pairs of a map follow.
struct Token {
  Kind kind;
  std::uint64_t number = 0;     // boolean: 0 or 1; natural; negative: as two's complement; array, map: count
  double real = 0;              // float32, float64
  std::string_view bytes = {};  // str, bin
};

// What a sentence calls it.
inline std::string describe_token(const Token& token) {
  switch (token.kind) {
    case Kind::nil:
      return "nil";
    case Kind::boolean:
      return token.number ? "true" : "false";
    case Kind::natural:
      return digits_of(token.number);
    case Kind::negative:
      return digits_of(static_cast<std::int64_t>(token.number));
    case Kind::float32:
      return "the float 32 " + digits_of(static_cast<float>(token.real));
    case Kind::float64:
      return "the float 64 " + digits_of(token.real);
    case Kind::str:
      return "the str " + quote(token.bytes);
    case Kind::bin:
      return "a bin of " + digits_of(token.bytes.size()) + " bytes";
    case Kind::array:
      return "an array of " + digits_of(token.number);
    case Kind::map:
      return "a map of " + digits_of(token.number);
    case Kind::ext:
      break;
  }
  return "an ext";
}

[[noreturn, gnu::cold, gnu::noinline]] inline void fail(const Place& place, const Token& found) {
  fail(place, describe_type(place.expected), describe_token(found));
}

}  // namespace prong::codec
