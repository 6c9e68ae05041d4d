// JSON that the tool itself reads and writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prong::cli {

// RFC 8259, section 7. What is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);
// The same as base64 (RFC 4648), as docs/values.md has bytes.
[[nodiscard]] std::string json_bytes(std::string_view data);
// The data of such base64, without quotes; nothing when it is none.
[[nodiscard]] std::optional<std::string> data_of_base64(std::string_view base64);
[[nodiscard]] bool is_utf8(std::string_view text);
// "name":"text", or "name_base64" when it is not UTF-8, of which alone JSON has strings.
[[nodiscard]] std::string json_text_member(std::string_view name, std::string_view text);

// The same value without white space; nothing when it is no JSON text. Numbers keep their digits.
[[nodiscard]] std::optional<std::string> json_minified(std::string_view text);

// The member `key` of an object: as JSON, or the text of a string. Nothing when there is none of that kind.
enum class JsonMember : std::uint8_t { json, text };
[[nodiscard]] std::optional<std::string> json_member(std::string_view object, std::string_view key,
                                                     JsonMember kind);

// `convert` gives the JSON of one element.
template <class Range, class Convert>
[[nodiscard]] std::string json_array(const Range& range, Convert convert) {
  std::string json = "[";
  for (const auto& one : range)
    json += (json.size() > 1 ? "," : "") + convert(one);
  return json + ']';
}

}  // namespace prong::cli
