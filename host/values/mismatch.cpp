// The texts of mismatches.
#include "values/mismatch.hpp"

#include "values/json_writer.hpp"

#include <fmt/format.h>

namespace prong::values {
namespace {

bool is_identifier(std::string_view key) {
  if (key.empty() || (key.front() >= '0' && key.front() <= '9')) return false;
  for (const char c : key) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!word) return false;
  }
  return true;
}

}  // namespace

std::string Mismatch::message() const {
  return path == "$" ? fmt::format("expected {}, found {}", expected, found)
                     : fmt::format("expected {} at {}, found {}", expected, path, found);
}

void Mismatch::move_below(std::size_t index) { path.insert(1, fmt::format("[{}]", index)); }

void Mismatch::move_below(std::string_view key) {
  if (is_identifier(key) && key.size() <= 40) {
    path.insert(1, fmt::format(".{}", key));
    return;
  }
  path.insert(1, '[' + quoted(key) + ']');
}

// Without the escapes of JSON where they are not needed: whoever shows the message escapes what has to be.
std::string quoted(std::string_view text) {
  const std::string shown = cut_text(text);
  const char quote = text.find('"') == std::string_view::npos ? '"' : '\'';
  if (text.find(quote) != std::string_view::npos) {
    std::string json;
    append_json_string(shown, json);
    return json;
  }
  return quote + shown + quote;
}

std::string cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end + 4 > bytes_max && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string describe(const Type& type) {
  switch (type.kind()) {
    case Kind::i8:
      return "i8 (-128 to 127)";
    case Kind::i16:
      return "i16 (-32768 to 32767)";
    case Kind::i32:
      return "i32 (-2147483648 to 2147483647)";
    case Kind::i64:
      return "i64 (-9223372036854775808 to 9223372036854775807)";
    case Kind::u8:
      return "u8 (0 to 255)";
    case Kind::u16:
      return "u16 (0 to 65535)";
    case Kind::u32:
      return "u32 (0 to 4294967295)";
    case Kind::u64:
      return "u64 (0 to 18446744073709551615)";
    default:
      return cut_text(type.to_string(), 80);
  }
}

std::string describe_json(std::string_view json) {
  if (json.empty()) return "nothing";
  const std::string shown = cut_text(json);
  switch (json.front()) {
    case '[':
      return "the array " + shown;
    case '{':
      return "the object " + shown;
    case '"':
      return "the string " + shown;
    default:
      return shown;
  }
}

}  // namespace prong::values
