// A look at beginnings first.
#include "cli/suggestion.hpp"

#include <prong/wording.hpp>

#include <algorithm>

namespace prong::cli {

std::optional<std::string> suggestion(std::string_view word, std::span<const std::string> candidates) {
  const auto begins_with = [&](const std::string& candidate) { return candidate.starts_with(word); };
  const std::string_view letters = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  const auto found = std::ranges::find_if(candidates, begins_with);
  if (!letters.empty() && found != candidates.end()) return *found;
  return prong::closest(word, candidates);
}

}  // namespace prong::cli
