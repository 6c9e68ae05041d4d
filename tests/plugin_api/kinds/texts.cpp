// Map functions over str and bytes of the module tests.kinds.
#include <prong/plugin.hpp>

namespace tests::kinds {

std::string twice(const std::string& text) { return text + text; }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  return text;
}

std::uint64_t length(std::span<const std::byte> bytes) { return bytes.size(); }

std::vector<std::byte> reversed(std::vector<std::byte> bytes) { return {bytes.rbegin(), bytes.rend()}; }

}  // namespace tests::kinds

PRONG_MAP(tests::kinds, twice, "say \"it\" \\ \n\x01 twice – ×2", text)
PRONG_MAP_PURE(tests::kinds, trimmed, "", text)
PRONG_MAP(tests::kinds, length, "", bytes)
PRONG_MAP(tests::kinds, reversed, "", bytes)
