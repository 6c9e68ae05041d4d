// Times of calls in this process, and how a figure is told.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace prong::bench {

using Clock = std::chrono::steady_clock;

inline double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

inline double quantile(std::vector<double> times, double which) {
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(which * static_cast<double>(times.size() - 1))];
}

// Both in turn, so that a drift of the machine meets both: medians of milliseconds.
struct Pair {
  double ours;
  double peer;
};
inline Pair in_turn(int runs, const std::function<void()>& ours, const std::function<void()>& peer) {
  std::vector<double> our_times;
  std::vector<double> peer_times;
  for (int run = -2; run < runs; ++run) {
    auto start = Clock::now();
    ours();
    const double our_time = milliseconds_since(start);
    start = Clock::now();
    peer();
    if (run < 0) continue;
    peer_times.push_back(milliseconds_since(start));
    our_times.push_back(our_time);
  }
  return {quantile(our_times, 0.5), quantile(peer_times, 0.5)};
}

inline double median_ms(int runs, const std::function<void()>& body) {
  return in_turn(runs, body, [] {}).ours;
}

// One member of the JSON object that the program prints.
inline void figure(const std::string& name, double value) {
  std::printf(",\n  \"%s\": %.6f", name.c_str(), value);
  std::fflush(stdout);
}

}  // namespace prong::bench
