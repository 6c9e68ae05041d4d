// The mismatches of JSON texts.
#include "values/json_walk.hpp"

#include <fmt/format.h>

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
  return {.path = "$",
          .expected = "JSON",
          .found = fmt::format("{} ({})", describe_json(text_), simdjson::error_message(error))};
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
