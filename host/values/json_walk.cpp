// The mismatches of JSON texts.
#include "values/json_walk.hpp"

#include <fmt/format.h>

namespace prong::values {

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

Mismatch JsonWalk::wrong_count(const Type& type, std::size_t count) {
  return {.path = "$",
          .expected = fmt::format("{}, an array of {}", describe(type), type.children().size()),
          .found = fmt::format("an array of {}", count)};
}

}  // namespace prong::values
