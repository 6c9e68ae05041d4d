// Rows D to G.
#include "figures.hpp"
#include "floor.hpp"
#include "measure.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace prong::bench {

namespace {

constexpr std::size_t strings = 1'000'000;
constexpr std::size_t tiny_tasks = 200'000;
constexpr std::size_t large_bytes = std::size_t{64} << 20;

}  // namespace

void small_calls(Pool& pool) {
  constexpr int calls = 20'000;
  std::vector<double> times;
  for (int i = 0; i < calls; ++i) {
    const auto start = Clock::now();
    static_cast<void>(pool.apply<double>("examples.square", 3.0));
    times.push_back(milliseconds_since(start) * 1000);
  }
  figure("apply_us", quantile(times, 0.5));
  figure("floor_us", round_trip_floor_us());
  const std::vector<double> xs(tiny_tasks, 2.0);
  const double tiny =
      median_ms(5, [&] { static_cast<void>(pool.map<double>("examples.square", xs, {.chunk_size = 1})); });
  figure("tiny_tasks_per_s", static_cast<double>(tiny_tasks) / tiny * 1000);
}

// As python_pools.py makes them: 32 bytes, no two alike.
void texts(Pool& pool) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < strings; ++i) {
    std::string line(33, '\0');
    std::snprintf(line.data(), line.size(), "%08zx%s", i, "abcdefghijklmnopqrstuvwx");
    line.resize(32);
    lines.push_back(line);
  }
  figure("strings_ms", median_ms(5, [&] {
           static_cast<void>(pool.map<std::string>("examples.upper", lines).to_vector());
         }));
  figure("string_views_ms",
         median_ms(5, [&] { static_cast<void>(pool.map<std::string_view>("examples.upper", lines)); }));
  const std::string large(large_bytes, 'x');
  figure("large_ms", median_ms(7, [&] {
           const std::vector<std::string_view> one{large};
           static_cast<void>(pool.map<std::string_view>("bench.echo", one));
         }));
}

}  // namespace prong::bench
