// The mismatches of JSON texts.
#include "values/json_walk.hpp"

#include "values/json_break.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace prong::values {
namespace {

// The string that the text starts with, its quotes included.
std::string_view first_string(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"')
    end += text[end] == '\\' ? 2 : 1;
  return text.substr(0, end + 1);
}

// The code unit of the escape \uXXXX that the text starts with.
std::optional<std::uint32_t> code_unit(std::string_view text) {
  if (!text.starts_with("\\u") || text.size() < 6) return {};
  std::uint32_t unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  if (error != std::errc{} || end != text.data() + 6) return {};
  return unit;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// What is wrong with the first wrong escape of a string; empty: none is.
std::string flaw_of(std::string_view string) {
  constexpr std::string_view simple = "\"\\/bfnrt";
  for (std::size_t at = 1; at + 1 < string.size();) {
    const std::string_view rest = string.substr(at);
    if (rest.front() != '\\') {
      ++at;
    } else if (simple.find(rest[1]) != std::string_view::npos) {
      at += 2;
    } else if (const auto unit = code_unit(rest); !unit) {
      return fmt::format("the escape {}, which JSON does not have,", rest.substr(0, rest[1] == 'u' ? 6 : 2));
    } else if (is_high_surrogate(*unit) && is_low_surrogate(code_unit(rest.substr(6)).value_or(0))) {
      at += 12;
    } else if (is_high_surrogate(*unit) || is_low_surrogate(*unit)) {
      return fmt::format("half a surrogate pair, {},", rest.substr(0, 6));
    } else {
      at += 6;
    }
  }
  return {};
}

// As describe_json(), but of a long text the part around this place.
std::string describe_around(std::string_view text, std::size_t at) {
  constexpr std::size_t bytes_before = 20;
  if (at <= bytes_before) return describe_json(text);
  std::size_t begin = at - bytes_before;
  while (begin < at && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80)
    ++begin;
  std::string words = describe_json(text.substr(0, 1));  // "the array [": the kind, and where the text begins
  words.pop_back();
  return fmt::format("{}…{}", words, cut_text(text.substr(begin)));
}

}  // namespace

std::string_view trim_json(std::string_view text) {
  constexpr auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

Mismatch JsonWalk::wrong(const Type& type, std::string_view token) const {
  const auto found = [&]() -> std::string {
    // Where an inner array or object ends is not known yet.
    if (token.data() == text_.data()) return describe_json(text_);
    if (token.starts_with('[')) return "an array";
    return token.starts_with('{') ? "an object" : describe_json(token);
  };
  return {.path = "$", .expected = describe(type), .found = found()};
}

Mismatch JsonWalk::broken(simdjson::error_code error) const {
  const auto at = error == simdjson::UTF8_ERROR ? find_invalid_utf8(text_) : find_break(text_);
  const std::string where =
      at ? fmt::format("{}, broken at {}", describe_around(text_, *at), place_of(*at)) : describe_json(text_);
  return {.path = "$",
          .expected = "JSON",
          .found = fmt::format("{} ({})", where, simdjson::error_message(error))};
}

// `at` is a place in the trimmed text; what is told is one in the whole. Lines and columns, from 1, when
// there is more than one line.
std::string JsonWalk::place_of(std::size_t at) const {
  const std::string_view text =
      json_.substr(0, static_cast<std::size_t>(text_.data() - json_.data()) + text_.size());
  const std::string_view before = text.substr(0, text.size() - text_.size() + at);
  std::string place = fmt::format("byte {}", before.size());
  if (text.find('\n') == std::string_view::npos) return place;
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return place + fmt::format(", line {}, column {}", 1 + std::ranges::count(before, '\n'),
                             1 + std::ranges::count_if(line, starts_character));
}

// simdjson says no more than that something is wrong.
Mismatch JsonWalk::broken_string(const char* quote, simdjson::error_code error) const {
  const auto string = first_string(text_.substr(static_cast<std::size_t>(quote - text_.data())));
  const std::string flaw = flaw_of(string);
  if (flaw.empty()) return broken(error);
  return {.path = "$", .expected = "JSON", .found = fmt::format("{} in {}", flaw, describe_json(string))};
}

Mismatch JsonWalk::wrong_count(const Type& type, std::size_t count) {
  return {.path = "$",
          .expected = fmt::format("{}, an array of {}", describe(type), type.children().size()),
          .found = fmt::format("an array of {}", count)};
}

}  // namespace prong::values
