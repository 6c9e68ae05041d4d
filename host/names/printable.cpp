// UTF-8 sequences and the escaping of everything else.
#include "names/printable.hpp"

#include <fmt/format.h>

namespace prong::names {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// Whether `next` may follow. After some first bytes the range of the second is smaller, which keeps out
// overlong forms, surrogates and what lies above U+10FFFF (Unicode 15, table 3-7).
bool is_next_byte(unsigned before, unsigned next) {
  switch (before) {
    case 0xe0:
      return next >= 0xa0 && next <= 0xbf;
    case 0xed:
      return next >= 0x80 && next <= 0x9f;
    case 0xf0:
      return next >= 0x90 && next <= 0xbf;
    case 0xf4:
      return next >= 0x80 && next <= 0x8f;
    default:
      return next >= 0x80 && next <= 0xbf;
  }
}

}  // namespace

// Those of Latin-1 are C2 80 to C2 9F. Marks that nobody sees are controls, too: of direction (U+061C,
// U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), and of byte order (U+FEFF).
bool is_control(std::string_view sequence) {
  const unsigned first = byte_at(sequence, 0);
  if (first < 0x20 || first == 0x7f) return true;
  if (sequence == "\xd8\x9c" || sequence == "\xef\xbb\xbf") return true;
  if (sequence.size() == 2) return first == 0xc2 && byte_at(sequence, 1) < 0xa0;
  if (sequence.size() != 3 || first != 0xe2) return false;
  const unsigned second = byte_at(sequence, 1);
  const unsigned third = byte_at(sequence, 2);
  return (second == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xaa && third <= 0xae))) ||
         (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

Utf8Sequence utf8_sequence(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return {1, true};
  if (first < 0xc2 || first > 0xf4) return {1, false};
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t at = 1; at < length; ++at) {
    const bool fits = at < text.size() && is_next_byte(at == 1 ? first : 0, byte_at(text, at));
    if (!fits) return {at, false};
  }
  return {length, true};
}

std::string printable(std::string_view name) {
  std::string shown;
  while (!name.empty()) {
    const auto [length, valid] = utf8_sequence(name);
    if (valid && !is_control(name.substr(0, length))) {
      shown += name.substr(0, length);
    } else {
      for (const char c : name.substr(0, length)) {
        shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      }
    }
    name.remove_prefix(length);
  }
  return shown;
}

std::string shown(std::string_view name) {
  constexpr std::size_t bytes_max = 300;
  if (name.size() <= bytes_max) return printable(name);
  std::size_t end = 0;
  while (end < bytes_max)
    end += utf8_sequence(name.substr(end)).length;
  return fmt::format("{}… ({} bytes)", printable(name.substr(0, end)), name.size());
}

}  // namespace prong::names
