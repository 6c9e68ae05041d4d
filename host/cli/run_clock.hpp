// The time of a run: since its beginning, and of the day.
#pragma once

#include <chrono>

namespace prong::cli {

class RunClock {
 public:
  using Steady = std::chrono::steady_clock;
  using System = std::chrono::system_clock;

  [[nodiscard]] std::chrono::nanoseconds since_begin(Steady::time_point time) const { return time - begin_; }
  [[nodiscard]] System::time_point of_day(Steady::time_point time) const {
    return begin_of_day_ + std::chrono::duration_cast<System::duration>(time - begin_);
  }
  [[nodiscard]] System::time_point begin_of_day() const { return begin_of_day_; }

 private:
  Steady::time_point begin_ = Steady::now();
  System::time_point begin_of_day_ = System::now();
};

}  // namespace prong::cli
