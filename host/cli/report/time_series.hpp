// A quantity over the time of a run, in as many steps as fit a page.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace prong::cli {

// Steps become twice as long whenever the time no longer fits: the memory stays the same.
class TimeSeries {
 public:
  static constexpr std::size_t steps_max = 480;

  // So much, spread evenly over that time since the beginning of the run. Of no length: at one moment.
  void add(std::chrono::nanoseconds begin, std::chrono::nanoseconds end, double amount);
  // Makes the steps long enough for that time: afterwards, all series that were told the same have equal
  // steps.
  void fit(std::chrono::nanoseconds end);

  [[nodiscard]] std::chrono::nanoseconds step() const noexcept { return step_; }
  // From the beginning on; what is beyond the last is 0.
  [[nodiscard]] const std::vector<double>& steps() const noexcept { return steps_; }

 private:
  std::chrono::nanoseconds step_{10'000};
  std::vector<double> steps_;
};

}  // namespace prong::cli
