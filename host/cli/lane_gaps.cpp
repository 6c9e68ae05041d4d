// Intervals.
#include "cli/lane_gaps.hpp"

#include <algorithm>
#include <iterator>

namespace prong::cli {

using std::chrono::nanoseconds;

bool LaneGaps::add(nanoseconds begin, nanoseconds end, int worker) {
  if (begin < taken_) return false;
  cut(begin, end, worker);
  if (begin >= ended_) {
    keep({.begin = ended_, .end = begin, .before = worker_, .after = worker});
    worker_ = worker;
  }
  ended_ = std::max(ended_, end);
  return true;
}

void LaneGaps::cut(nanoseconds begin, nanoseconds end, int worker) {
  auto at = gaps_.upper_bound(begin);
  if (at != gaps_.begin()) --at;
  while (at != gaps_.end() && at->first < end) {
    const Gap gap = at->second;
    if (gap.end <= begin) {
      ++at;
      continue;
    }
    at = gaps_.erase(at);
    keep({.begin = gap.begin, .end = begin, .before = gap.before, .after = worker});
    keep({.begin = end, .end = gap.end, .before = worker, .after = gap.after});
  }
}

void LaneGaps::keep(const Gap& gap) {
  if (gap.begin < gap.end) gaps_.emplace(gap.begin, gap);
}

std::vector<LaneGaps::Gap> LaneGaps::take_above(std::size_t count) {
  std::vector<Gap> taken;
  for (; gaps_.size() > count; gaps_.erase(gaps_.begin())) {
    taken.push_back(gaps_.begin()->second);
    taken_ = taken.back().end;
  }
  return taken;
}

}  // namespace prong::cli
