// The "did you mean" of messages about names that were not found.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prong::names {

// The candidate that `name` was most likely meant to be: the fewest insertions, deletions, replacements and
// swaps of neighbours away, about a third of its length at most. The first of equals; nothing when none is
// near.
[[nodiscard]] std::optional<std::string> closest(std::string_view name,
                                                 std::span<const std::string> candidates);

}  // namespace prong::names
