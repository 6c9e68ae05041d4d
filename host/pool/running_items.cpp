// Disjoint ranges in a map.
#include "pool/running_items.hpp"

#include "assertion.hpp"

#include <iterator>

namespace prong::pool {

void RunningItems::insert(std::uint64_t first, std::uint64_t count) {
  if (count == 0) return;
  const auto next = ends_.upper_bound(first);
  const bool overlaps = (next != ends_.end() && next->first - first < count) ||
                        (next != ends_.begin() && std::prev(next)->second > first);
  assert_that(!overlaps, "items are handed out that run already", {{"first", first}, {"count", count}});
  if (next != ends_.begin() && std::prev(next)->second == first) {
    std::prev(next)->second += count;
  } else {
    ends_.emplace_hint(next, first, first + count);
  }
}

void RunningItems::remove(std::uint64_t first, std::uint64_t count) {
  if (count == 0) return;
  const auto next = ends_.upper_bound(first);
  const bool found = next != ends_.begin();
  const auto range = found ? std::prev(next) : next;
  assert_that(found && range->second > first && range->second - first >= count,
              "items end, or are given back, that do not run", {{"first", first}, {"count", count}});
  const std::uint64_t end = range->second;
  if (range->first != first) {
    range->second = first;
    if (first + count < end) ends_.emplace_hint(next, first + count, end);
  } else if (first + count == end) {
    ends_.erase(range);
  } else {
    // The node goes on as the rest of the range: items mostly end in order, one small task after the other.
    auto node = ends_.extract(range);
    node.key() = first + count;
    ends_.insert(next, std::move(node));
  }
}

bool RunningItems::contains(std::uint64_t item) const {
  const auto after = ends_.upper_bound(item);
  return after != ends_.begin() && item < std::prev(after)->second;
}

}  // namespace prong::pool
