// A look at beginnings first.
#include "cli/suggestion.hpp"

#include <prong/wording.hpp>

#include <algorithm>

namespace prong::cli {

std::optional<std::string> suggestion(std::string_view word, std::span<const std::string> candidates) {
  const auto begins_with = [&](const std::string& candidate) { return candidate.starts_with(word); };
  const auto found = std::ranges::find_if(candidates, begins_with);
  if (!word.empty() && word != "-" && found != candidates.end() &&
      std::none_of(found + 1, candidates.end(), begins_with))
    return *found;
  return prong::closest(word, candidates);
}

}  // namespace prong::cli
