// Steps, halved in number.
#include "cli/report/time_series.hpp"

#include <algorithm>

namespace prong::cli {

using std::chrono::nanoseconds;

void TimeSeries::fit(nanoseconds end) {
  while (end >= step_ * static_cast<std::int64_t>(steps_max)) {
    step_ *= 2;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const double amount = steps_[i];
      steps_[i] = 0;
      steps_[i / 2] += amount;
    }
    steps_.resize((steps_.size() + 1) / 2);
  }
}

void TimeSeries::add(nanoseconds begin, nanoseconds end, double amount) {
  begin = std::max(begin, nanoseconds{0});
  end = std::max(end, begin);
  fit(end);
  const auto last = static_cast<std::size_t>(end / step_);
  if (steps_.size() <= last) steps_.resize(last + 1);
  if (begin == end) {
    steps_[last] += amount;
    return;
  }
  const double density = amount / static_cast<double>((end - begin).count());
  for (auto at = static_cast<std::size_t>(begin / step_); at <= last; ++at) {
    const nanoseconds from = std::max(begin, step_ * static_cast<std::int64_t>(at));
    const nanoseconds to = std::min(end, step_ * static_cast<std::int64_t>(at + 1));
    steps_[at] += density * static_cast<double>((to - from).count());
  }
}

}  // namespace prong::cli
