// 1000 items of which one in fifty takes a hundred times as long, beside the best schedule that two workers
// could have kept for the times that the items took.
#include "figures.hpp"
#include "measure.hpp"

#include <numeric>

namespace prong::bench {

namespace {

constexpr std::size_t items = 1000;
constexpr double short_us = 30;

}  // namespace

void uneven(Pool& pool) {
  std::vector<double> wanted_us(items, short_us);
  for (std::size_t i = 0; i < items; i += 50)
    wanted_us[i] = 100 * short_us;
  std::vector<double> ratios;
  std::vector<double> times;
  for (int run = -1; run < 9; ++run) {
    const auto start = Clock::now();
    const std::vector<double> took_us = pool.map<double>("bench.spin", wanted_us);
    const double time = milliseconds_since(start);
    const double together = std::accumulate(took_us.begin(), took_us.end(), 0.0) / 1000;
    const double longest = *std::ranges::max_element(took_us) / 1000;
    const double best = std::max(together / pool.workers(), longest);
    if (run < 0) continue;
    ratios.push_back(time / best);
    times.push_back(time);
  }
  figure("uneven_ms", quantile(times, 0.5));
  figure("uneven_ratio", quantile(ratios, 0.5));
}

}  // namespace prong::bench
