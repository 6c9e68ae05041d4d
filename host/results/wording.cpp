// The public face of names/closest and names/printable.
#include "names/closest.hpp"
#include "names/printable.hpp"

#include <prong/wording.hpp>

namespace prong {

std::optional<std::string> closest(std::string_view name, std::span<const std::string> candidates) {
  return names::closest(name, candidates);
}

std::string printable(std::string_view text) { return names::printable(text); }

Utf8Sequence utf8_sequence(std::string_view text) {
  const auto [length, valid] = names::utf8_sequence(text);
  return {.length = length, .valid = valid};
}

}  // namespace prong
