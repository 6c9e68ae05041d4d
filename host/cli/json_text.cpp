// Escaping, and simdjson.
#include "cli/json_text.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace prong::cli {

std::string json_string(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const auto [length, valid] = prong::utf8_sequence(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (!valid) {
      json += "\\ufffd";
    } else if (first == '"' || first == '\\') {
      json += {'\\', text.front()};
    } else if (first < 0x20) {
      json += fmt::format("\\u{:04x}", first);
    } else {
      json += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return json + '"';
}

namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string json_bytes(std::string_view data) {
  std::string json = "\"";
  for (; !data.empty(); data.remove_prefix(std::min<std::size_t>(3, data.size()))) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < data.size() ? static_cast<unsigned char>(data[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      json += i <= data.size() ? digits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return json + '"';
}

std::optional<std::string> data_of_base64(std::string_view base64) {
  if (base64.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  for (; padding < 2 && base64.ends_with('='); ++padding)
    base64.remove_suffix(1);
  std::string data;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < base64.size(); ++i) {
    const std::size_t digit = digits.find(base64[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    // The digit that a byte ends in: all but the first of four.
    if (i % 4 != 0) data += static_cast<char>(bits >> (2 * (3 - i % 4)) & 0xff);
  }
  return data;
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::string json_text_member(std::string_view name, std::string_view text) {
  if (is_utf8(text)) return fmt::format(R"("{}":{})", name, json_string(text));
  return fmt::format(R"("{}_base64":{})", name, json_bytes(text));
}

std::optional<std::string> json_minified(std::string_view text) {
  simdjson::dom::parser parser;
  if (parser.parse(text.data(), text.size()).error() != simdjson::SUCCESS) return std::nullopt;
  std::string json(text.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t size = 0;
  if (simdjson::minify(text.data(), text.size(), json.data(), size) != simdjson::SUCCESS) return std::nullopt;
  json.resize(size);
  return json;
}

std::optional<std::string> json_member(std::string_view object, std::string_view key, JsonMember kind) {
  using namespace simdjson;
  const padded_string padded{object};
  ondemand::parser parser;
  ondemand::document document;
  ondemand::value value;
  if (parser.iterate(padded).get(document) != SUCCESS) return std::nullopt;
  if (document.find_field_unordered(key).get(value) != SUCCESS) return std::nullopt;
  std::string_view found;
  const error_code error =
      kind == JsonMember::text ? value.get_string().get(found) : to_json_string(value).get(found);
  return error == SUCCESS ? std::optional{std::string{found}} : std::nullopt;
}

}  // namespace prong::cli
