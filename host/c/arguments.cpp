// Strings and values that a C program hands over: what is wrong with them is told here.
#include "arguments.hpp"

#include "guard.hpp"

namespace prong::c {

std::string read_string(const char* text, const char* what) { return &checked(text, what); }

Encoding read_encoding(std::uint32_t encoding) {
  switch (encoding) {
    case PRONG_NATIVE:
      return Encoding::native;
    case PRONG_RAW:
      return Encoding::raw;
    case PRONG_VIEWS:
      return Encoding::views;
    case PRONG_MSGPACK:
      return Encoding::msgpack;
    case PRONG_JSON:
      return Encoding::json;
    case PRONG_TEXT:
      return Encoding::text;
    default:
      throw UsageError{std::to_string(encoding) +
                       " is no encoding; there are PRONG_RAW, PRONG_VIEWS, PRONG_MSGPACK, "
                       "PRONG_JSON and PRONG_TEXT, and PRONG_NATIVE for results"};
  }
}

Encoding read_input_encoding(std::uint32_t encoding, const char* what) {
  if (encoding == PRONG_NATIVE)
    throw UsageError{std::string{what} +
                     ": set the encoding to the one that it is written in, as PRONG_RAW or PRONG_JSON"};
  return read_encoding(encoding);
}

std::uint32_t write_encoding(Encoding encoding) noexcept {
  switch (encoding) {
    case Encoding::raw:
      return PRONG_RAW;
    case Encoding::views:
      return PRONG_VIEWS;
    case Encoding::msgpack:
      return PRONG_MSGPACK;
    case Encoding::json:
      return PRONG_JSON;
    case Encoding::text:
      return PRONG_TEXT;
    case Encoding::native:
      break;
  }
  return PRONG_NATIVE;
}

Bound read_argument(const prong_argument& argument) {
  Bound bound{.name = read_optional_string(argument.name)};
  bound.encoding = read_input_encoding(argument.encoding, bound.name.empty() ? "an argument" : argument.name);
  const auto bytes =
      read_array(static_cast<const char*>(argument.value.data), argument.value.size, "value's bytes");
  bound.value.assign(bytes.begin(), bytes.end());
  bound.signature = read_optional_string(argument.signature);
  return bound;
}

}  // namespace prong::c
