// The time of a trace's lane in which nothing ran.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <vector>

namespace prong::cli {

// Between what a worker ran, and before it. What is told late, as an attempt that failed is with the item's
// end, is cut out of them. A value.
class LaneGaps {
 public:
  struct Gap {
    std::chrono::nanoseconds begin{0};
    std::chrono::nanoseconds end{0};
    int before = 0;  // the worker that ran something before it; 0: none did
    int after = 0;
  };

  // A worker ran something then. False: it is told so late that a gap over it was given out.
  [[nodiscard]] bool add(std::chrono::nanoseconds begin, std::chrono::nanoseconds end, int worker);
  // Those that are too many to keep, the earliest ones, or all.
  [[nodiscard]] std::vector<Gap> take_surplus() { return take_above(gaps_max); }
  [[nodiscard]] std::vector<Gap> take_all() { return take_above(0); }

 private:
  static constexpr std::size_t gaps_max = 16384;

  void cut(std::chrono::nanoseconds begin, std::chrono::nanoseconds end, int worker);
  void keep(const Gap& gap);
  [[nodiscard]] std::vector<Gap> take_above(std::size_t count);

  std::map<std::chrono::nanoseconds, Gap> gaps_;  // by their beginnings
  std::chrono::nanoseconds taken_{0};             // the end of those that were given out
  std::chrono::nanoseconds ended_{0};
  int worker_ = 0;  // the last one
};

}  // namespace prong::cli
