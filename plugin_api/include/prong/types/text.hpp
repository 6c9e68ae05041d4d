// A string whose length is part of its type: what signatures and field names are made of at compile time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace prong::types {

template <std::size_t Size>
struct Text {
  char chars[Size + 1] = {};

  constexpr Text() = default;
  consteval Text(const char (&literal)[Size + 1]) { std::copy_n(literal, Size, chars); }

  [[nodiscard]] constexpr std::string_view view() const { return {chars, Size}; }
};

template <std::size_t SizeWithNul>
Text(const char (&)[SizeWithNul]) -> Text<SizeWithNul - 1>;

template <std::size_t... Sizes>
[[nodiscard]] consteval auto join(const Text<Sizes>&... parts) {
  Text<(Sizes + ... + 0)> whole;
  char* end = whole.chars;
  ((end = std::copy_n(parts.chars, Sizes, end)), ...);
  return whole;
}

// "a, b, c"
[[nodiscard]] consteval auto join_with_commas() { return Text<0>{}; }

template <std::size_t First, std::size_t... Rest>
[[nodiscard]] consteval auto join_with_commas(const Text<First>& first, const Text<Rest>&... rest) {
  return join(first, join(Text{", "}, rest)...);
}

}  // namespace prong::types
