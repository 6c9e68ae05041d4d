// Strict reading of JSON numbers: the grammar of RFC 8259 §6, at the price of std::from_chars.
#include "values/json_scalar.hpp"

#include "values/mismatch.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <system_error>
#include <type_traits>

namespace prong::values {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void skip_digits(std::string_view& text) {
  while (!text.empty() && is_digit(text.front()))
    text.remove_prefix(1);
}

bool take_digits(std::string_view& text) {
  const std::size_t size = text.size();
  skip_digits(text);
  return text.size() < size;
}

bool read_magnitude(std::string_view digits, std::uint64_t& magnitude) {
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return false;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
  return error == std::errc{} && end == digits.data() + digits.size();
}

template <class Integer>
bool read_integer(std::string_view token, std::byte* at) {
  const bool negative = token.starts_with('-');
  if (negative) token.remove_prefix(1);
  std::uint64_t magnitude = 0;
  if (!read_magnitude(token, magnitude)) return false;
  const auto largest = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
  if (magnitude > largest + (negative && std::is_signed_v<Integer>)) return false;
  if (negative && std::is_unsigned_v<Integer> && magnitude != 0) return false;
  const auto value = static_cast<Integer>(negative ? 0 - magnitude : magnitude);
  std::memcpy(at, &value, sizeof value);
  return true;
}

// Of a number that is out of range: whether it is too near to zero, where it is rounded to zero, and not too
// far away. std::from_chars gives one error for both.
bool is_too_small(std::string_view number) {
  const std::size_t mark = number.find_first_of("eE");
  const std::string_view digits = number.substr(0, mark);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const auto first = static_cast<std::ptrdiff_t>(digits.find_first_of("123456789"));
  const std::ptrdiff_t power = static_cast<std::ptrdiff_t>(point) - first;
  if (mark == std::string_view::npos) return power < 0;
  std::string_view exponent = number.substr(mark + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::ptrdiff_t scale = 0;
  const auto error = std::from_chars(exponent.data(), exponent.data() + exponent.size(), scale).ec;
  if (error != std::errc{}) return exponent.starts_with('-');
  return scale < -power;
}

template <class Float>
bool read_decimal(std::string_view token, Float& value) {
  if (!is_json_number(token)) return false;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error == std::errc{}) return end == token.data() + token.size();
  if (error != std::errc::result_out_of_range || !is_too_small(token)) return false;
  value = token.starts_with('-') ? -Float{0} : Float{0};
  return true;
}

template <class Float>
bool read_float(std::string_view token, std::byte* at) {
  // Most input is integers; those of up to 18 digits need no more than one conversion, which rounds once.
  const bool negative = token.starts_with('-');
  const std::string_view digits = token.substr(negative);
  std::uint64_t magnitude = 0;
  Float value = 0;
  if (digits.size() <= 18 && read_magnitude(digits, magnitude)) {
    value = static_cast<Float>(static_cast<std::int64_t>(magnitude));
    if (negative) value = -value;
  } else if (token == "\"NaN\"") {
    value = std::numeric_limits<Float>::quiet_NaN();
  } else if (token == "\"Infinity\"") {
    value = std::numeric_limits<Float>::infinity();
  } else if (token == "\"-Infinity\"") {
    value = -std::numeric_limits<Float>::infinity();
  } else if (!read_decimal(token, value)) {
    return false;
  }
  std::memcpy(at, &value, sizeof value);
  return true;
}

bool read_boolean(std::string_view token, std::byte* at) {
  *at = token == "true" ? std::byte{1} : std::byte{0};
  return token == "true" || token == "false";
}

}  // namespace

bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('0')) {
    text.remove_prefix(1);
  } else if (!take_digits(text)) {
    return false;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

bool read_scalar(Kind kind, std::string_view token, std::byte* at) {
  switch (kind) {
    case Kind::null:
      *at = std::byte{0};
      return token == "null";
    case Kind::boolean:
      return read_boolean(token, at);
    case Kind::i8:
      return read_integer<std::int8_t>(token, at);
    case Kind::i16:
      return read_integer<std::int16_t>(token, at);
    case Kind::i32:
      return read_integer<std::int32_t>(token, at);
    case Kind::i64:
      return read_integer<std::int64_t>(token, at);
    case Kind::u8:
      return read_integer<std::uint8_t>(token, at);
    case Kind::u16:
      return read_integer<std::uint16_t>(token, at);
    case Kind::u32:
      return read_integer<std::uint32_t>(token, at);
    case Kind::u64:
      return read_integer<std::uint64_t>(token, at);
    case Kind::f32:
      return read_float<float>(token, at);
    case Kind::f64:
      return read_float<double>(token, at);
    default:
      return false;
  }
}

std::string describe_scalar(Kind kind, std::string_view token) {
  std::string found = describe_json(token);
  if (!is_json_number(token)) return found;
  if (is_float(kind)) return found + ", which is out of range";
  if (!is_integer(kind)) return found;
  if (token.find_first_of("eE") != std::string_view::npos) return found + ", which has an exponent";
  if (token.find('.') != std::string_view::npos) return found + ", which has a fraction";
  return found + ", which is out of range";
}

}  // namespace prong::values
