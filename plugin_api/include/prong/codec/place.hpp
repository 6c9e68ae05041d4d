// Where in a value a mismatch is, what was expected there, what was found: the sentences of decoding.
#pragma once

#include <prong/sdk/json.hpp>

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace prong::codec {

// A value that is being read. Places lie on the stack of the reading functions, each below the one around it,
// so that knowing the way costs nothing until it is told.
struct Place {
  std::string_view expected;  // its type's signature
  const Place* around = nullptr;
  std::size_t index = 0;      // in a list or tuple around it
  std::string_view key = {};  // in a struct or map around it
  bool is_keyed = false;
};

// The beginning of a text that may be long, cut between the characters of UTF-8.
inline std::string cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  constexpr std::size_t character_bytes_max = 4;
  std::size_t end = bytes_max;
  const auto is_inside = [&] { return (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80; };
  while (end + character_bytes_max > bytes_max && end > 0 && is_inside())
    --end;
  return std::string(text.substr(0, end)) + "…";
}

inline std::string quote(std::string_view text) {
  constexpr std::size_t shown_max = 40;
  const std::string shown = cut(text, shown_max);
  sdk::Json counted;
  counted.string(shown);
  std::string quoted(counted.size(), '\0');
  sdk::Json{quoted.data()}.string(shown);
  return quoted;
}

template <class Number>
std::string digits_of(Number number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

// The signature; that of an integer with its range, as in "i8 (-128 to 127)".
inline std::string describe_type(std::string_view signature) {
  constexpr std::size_t shown_max = 80;
  const bool is_signed = signature.starts_with('i');
  int bits = 0;
  if (is_signed || signature.starts_with('u')) {
    const char* end = signature.data() + signature.size();
    if (std::from_chars(signature.data() + 1, end, bits).ptr != end) bits = 0;
  }
  if (bits == 0) return cut(signature, shown_max);
  const std::uint64_t largest = UINT64_MAX >> (64 - bits + is_signed);
  const std::string smallest = is_signed ? "-" + digits_of(largest + 1) : "0";
  return std::string(signature) + " (" + smallest + " to " + digits_of(largest) + ")";
}

[[nodiscard]] constexpr bool is_identifier(std::string_view key) {
  constexpr std::size_t shown_max = 40;
  if (key.empty() || key.size() > shown_max || ('0' <= key[0] && key[0] <= '9')) return false;
  for (const char c : key) {
    const bool is_letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_';
    if (!is_letter && !('0' <= c && c <= '9')) return false;
  }
  return true;
}

// "$[1].x", "$["a key"]"
inline std::string path_to(const Place& place) {
  if (!place.around) return "$";
  const std::string way = path_to(*place.around);
  if (!place.is_keyed) return way + "[" + digits_of(place.index) + "]";
  if (is_identifier(place.key)) return way + "." + std::string(place.key);
  return way + "[" + quote(place.key) + "]";
}

// "expected i8 (-128 to 127) at $[1].x, found 300"
[[noreturn, gnu::cold, gnu::noinline]] inline void fail(const Place& place, std::string_view expected,
                                                        std::string_view found) {
  std::string sentence = "expected " + std::string(expected);
  if (place.around) sentence += " at " + path_to(place);
  throw std::invalid_argument(sentence + ", found " + std::string(found));
}

}  // namespace prong::codec
