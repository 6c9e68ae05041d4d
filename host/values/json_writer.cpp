// Printing of numbers, strings, raw values and views; MessagePack prints itself on its walk.
#include "values/json_writer.hpp"

#include "names/printable.hpp"
#include "values/base64.hpp"
#include "values/msgpack_walk.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace prong::values {
namespace {

template <class Integer>
void append_integer(Integer value, std::string& out) {
  const fmt::format_int digits(value);
  out.append(digits.data(), digits.size());
}

template <class Float>
void append_float(Float number, std::string& out) {
  constexpr double integral_end = 9007199254740992.0;  // 2^53
  if (std::abs(number) < integral_end) {
    const auto integer = static_cast<std::int64_t>(number);
    // Only zero has a sign that the integer lacks.
    if (static_cast<Float>(integer) == number && (integer != 0 || !std::signbit(number))) {
      append_integer(integer, out);
      return;
    }
  } else if (!std::isfinite(number)) {
    out += std::isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return;
  }
  char digits[32];
  out.append(digits, fmt::format_to(digits, FMT_COMPILE("{}"), number));
}

template <class Scalar>
Scalar load(const std::byte* at) {
  Scalar value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void append_children(const Type& type, const std::byte* at, std::string& out) {
  for (std::size_t i = 0; i < type.children().size(); ++i) {
    if (i > 0) out += ',';
    if (type.kind() == Kind::structure) {
      append_json_string(type.field_names()[i], out);
      out += ':';
    }
    append_json_raw(type.children()[i], at + type.offsets()[i], out);
  }
}

// The first byte at or after `from` that cannot stand in a JSON string as it is: eight at a time, as in
// https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord
std::size_t find_special(std::string_view text, std::size_t from) {
  constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
  constexpr auto has_zero = [](std::uint64_t word) { return (word - ones) & ~word; };
  for (; from + 8 <= text.size(); from += 8) {
    const auto word = load<std::uint64_t>(reinterpret_cast<const std::byte*>(text.data() + from));
    const std::uint64_t special =
        word | (word - ones * 0x20) | has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\');
    if ((special & highs) != 0) break;
  }
  for (; from < text.size(); ++from) {
    const auto byte = static_cast<unsigned char>(text[from]);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
  }
  return from;
}

void append_escaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      return;
  }
}

bool is_str(std::byte header) {
  const auto code = std::to_integer<unsigned>(header);
  return (code >= 0xa0 && code <= 0xbf) || (code >= 0xd9 && code <= 0xdb);
}

}  // namespace

void append_json_number(double number, std::string& out) { append_float(number, out); }

void append_json_number(float number, std::string& out) { append_float(number, out); }

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const std::size_t plain = find_special(text, 0);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto [length, valid] = names::utf8_sequence(text);
    if (valid && length == 1) {
      append_escaped(text.front(), out);
    } else {
      out += valid ? text.substr(0, length) : "\xef\xbf\xbd";
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void append_json_raw(const Type& type, const std::byte* at, std::string& out) {
  switch (type.kind()) {
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
      out += std::to_integer<int>(*at) != 0 ? "true" : "false";
      return;
    case Kind::i8:
      append_integer(static_cast<int>(load<std::int8_t>(at)), out);
      return;
    case Kind::i16:
      append_integer(static_cast<int>(load<std::int16_t>(at)), out);
      return;
    case Kind::i32:
      append_integer(load<std::int32_t>(at), out);
      return;
    case Kind::i64:
      append_integer(load<std::int64_t>(at), out);
      return;
    case Kind::u8:
      append_integer(static_cast<unsigned>(load<std::uint8_t>(at)), out);
      return;
    case Kind::u16:
      append_integer(static_cast<unsigned>(load<std::uint16_t>(at)), out);
      return;
    case Kind::u32:
      append_integer(load<std::uint32_t>(at), out);
      return;
    case Kind::u64:
      append_integer(load<std::uint64_t>(at), out);
      return;
    case Kind::f32:
      append_float(load<float>(at), out);
      return;
    case Kind::f64:
      append_float(load<double>(at), out);
      return;
    default:
      break;
  }
  out += type.kind() == Kind::tuple ? '[' : '{';
  append_children(type, at, out);
  out += type.kind() == Kind::tuple ? ']' : '}';
}

std::optional<Mismatch> append_json(const Type& type, std::span<const std::byte> wire, std::string& out) {
  if (const auto layout = type.layout()) {
    if (wire.size() != layout->size) {
      return Mismatch{.expected = describe(type),
                      .found = fmt::format("{} bytes instead of {}", wire.size(), layout->size)};
    }
    append_json_raw(type, wire.data(), out);
    return {};
  }
  if (type.kind() == Kind::str) {
    append_json_string({reinterpret_cast<const char*>(wire.data()), wire.size()}, out);
    return {};
  }
  if (type.kind() == Kind::bytes) {
    out += '"';
    append_base64(wire, out);
    out += '"';
    return {};
  }
  const std::size_t size_before = out.size();
  auto mismatch = walk_msgpack(type, wire, {.json = &out});
  if (mismatch) out.resize(size_before);
  return mismatch;
}

std::optional<Mismatch> append_text(const Type& type, std::span<const std::byte> wire, std::string& out) {
  if (type.kind() == Kind::str) {
    out.append(reinterpret_cast<const char*>(wire.data()), wire.size());
    return {};
  }
  if (wire_of(type) != Wire::msgpack || wire.empty() || !is_str(wire.front()))
    return append_json(type, wire, out);
  std::string_view text;
  auto mismatch = walk_msgpack(type, wire, {.text = &text});
  if (!mismatch) out += text;
  return mismatch;
}

}  // namespace prong::values
