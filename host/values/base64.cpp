// Base64 in groups of 3 bytes and 4 letters.
#include "values/base64.hpp"

#include <array>
#include <cstdint>

namespace prong::values {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_letter = 0xff;

constexpr std::array<std::uint8_t, 256> values_of_letters = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_letter);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    table[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

char letter(std::uint32_t group, unsigned shift) { return letters[(group >> shift) & 63]; }

// The 24 bits of a group of 1 to 3 bytes, missing ones zero.
std::uint32_t group_of(std::span<const std::byte> bytes) {
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    group = group << 8 | (i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0);
  }
  return group;
}

}  // namespace

void append_base64(std::span<const std::byte> bytes, std::string& out) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  while (!bytes.empty()) {
    const auto part = bytes.first(bytes.size() < 3 ? bytes.size() : 3);
    const std::uint32_t group = group_of(part);
    out += letter(group, 18);
    out += letter(group, 12);
    out += part.size() > 1 ? letter(group, 6) : '=';
    out += part.size() > 2 ? letter(group, 0) : '=';
    bytes = bytes.subspan(part.size());
  }
}

bool append_from_base64(std::string_view text, std::string& out) {
  if (text.size() % 4 != 0) return false;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t size_before = out.size();
  std::uint32_t group = 0;
  bool valid = true;
  for (std::size_t i = 0; i < text.size() - padding; ++i) {
    const std::uint8_t value = values_of_letters[static_cast<unsigned char>(text[i])];
    valid = valid && value != no_letter;
    group = (group << 6 | (value & 63u)) & 0xffffff;
    if (i % 4 == 1) out += static_cast<char>(group >> 4 & 0xff);
    if (i % 4 == 2) out += static_cast<char>(group >> 2 & 0xff);
    if (i % 4 == 3) out += static_cast<char>(group & 0xff);
  }
  const std::uint32_t behind_last_byte = padding == 2 ? 0xf : padding == 1 ? 0x3 : 0;
  valid = valid && (group & behind_last_byte) == 0;
  if (!valid) out.resize(size_before);
  return valid;
}

}  // namespace prong::values
