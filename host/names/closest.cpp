// Edit distance with swaps of neighbours.
#include "names/closest.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace prong::names {
namespace {

// Letters of either size are the same letter to who types.
char small(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// The optimal string alignment distance: no part of a swap is edited again.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (small(a[i - 1]) != small(b[j - 1]))});
      const bool swapped =
          i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) && small(a[i - 2]) == small(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> closest(std::string_view name, std::span<const std::string> candidates) {
  // Rounded: one edit of 2 to 4 letters, two of 5 to 7; a name of one letter would be near everything.
  std::size_t allowed = (name.size() + 1) / 3;
  std::optional<std::string> best;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(name.size(), candidate.size());
    const std::size_t shorter = std::min(name.size(), candidate.size());
    if (longer - shorter > allowed) continue;
    const std::size_t edits = distance(name, candidate);
    if (edits > allowed) continue;
    best = candidate;
    if (edits == 0) break;
    allowed = edits - 1;
  }
  return best;
}

}  // namespace prong::names
