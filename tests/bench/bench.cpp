// Prong and oneTBB, measured in one process: prints one JSON object, figure by figure, for run.py.
#include "floor.hpp"

#include <prong/prong.hpp>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace prong::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t doubles = 10'000'000;
constexpr std::size_t strings = 1'000'000;
constexpr std::size_t tiny_tasks = 200'000;
constexpr std::size_t large_bytes = std::size_t{64} << 20;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double quantile(std::vector<double> times, double which) {
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(which * static_cast<double>(times.size() - 1))];
}

// Both in turn, so that a drift of the machine meets both: medians of milliseconds.
struct Pair {
  double ours;
  double peer;
};
Pair in_turn(int runs, const std::function<void()>& ours, const std::function<void()>& peer) {
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

double median_ms(int runs, const std::function<void()>& body) {
  return in_turn(runs, body, [] {}).ours;
}

void figure(const char* name, double value) { std::printf(",\n  \"%s\": %.6f", name, value); }

void tbb_square(const double* from, double* to, std::size_t count) {
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>{0, count}, [=](const auto& range) {
    for (std::size_t i = range.begin(); i < range.end(); ++i)
      to[i] = from[i] * from[i];
  });
}

void arrays(Pool& pool) {
  std::vector<double> xs(doubles);
  std::iota(xs.begin(), xs.end(), 0.0);
  auto shared = pool.allocate<double>(doubles);
  std::ranges::copy(xs, shared.begin());
  std::vector<double> existing(doubles);
  const Pair in_place = in_turn(
      21, [&] { static_cast<void>(pool.map<double>("examples.square", shared)); },
      [&] { tbb_square(xs.data(), existing.data(), doubles); });
  figure("map_shared_ms", in_place.ours);
  figure("tbb_existing_ms", in_place.peer);
  const Pair fresh = in_turn(
      11, [&] { static_cast<void>(pool.map<double>("examples.square", xs)); },
      [&] {
        std::vector<double> results(doubles);
        tbb_square(xs.data(), results.data(), doubles);
      });
  figure("map_vector_ms", fresh.ours);
  figure("tbb_fresh_ms", fresh.peer);
}

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
      median_ms(3, [&] { static_cast<void>(pool.map<double>("examples.square", xs, {.chunk_size = 1})); });
  figure("tiny_tasks_per_s", static_cast<double>(tiny_tasks) / tiny * 1000);
}

void texts(Pool& pool) {
  const std::vector<std::string> lines(strings, std::string(32, 'a'));
  figure("strings_ms", median_ms(5, [&] {
           static_cast<void>(pool.map<std::string>("examples.upper", lines).to_vector());
         }));
  figure("string_views_ms",
         median_ms(5, [&] { static_cast<void>(pool.map<std::string_view>("examples.upper", lines)); }));
  const std::string large(large_bytes, 'x');
  figure("large_ms", median_ms(5, [&] {
           const std::vector<std::string_view> one{large};
           static_cast<void>(pool.map<std::string_view>("bench.echo", one));
         }));
}

void births(const Registry& registry) {
  std::vector<double> starts;
  for (int i = 0; i < 51; ++i) {
    const auto start = Clock::now();
    Pool pool{registry, {.workers = 2}};
    static_cast<void>(pool.apply<double>("examples.square", 3.0));
    starts.push_back(milliseconds_since(start));
  }
  figure("pool_start_ms", quantile(starts, 0.5));

  Pool pool{registry, {.workers = 1}};
  std::vector<double> replacements;
  for (int i = 0; i < 300; ++i) {
    static_cast<void>(pool.apply<double>("examples.square", 3.0));
    const int worker = pool.worker_pids().front();
    const auto start = Clock::now();
    ::kill(worker, SIGKILL);
    // The call may still reach the dying worker's ring; the item has not started there, so its successor runs
    // it.
    for (auto pids = pool.worker_pids(); pids.empty() || pids.front() == worker;)
      pids = pool.worker_pids();
    static_cast<void>(pool.apply<double>("examples.square", 3.0));
    replacements.push_back(milliseconds_since(start));
  }
  figure("replacement_p50_ms", quantile(replacements, 0.5));
  figure("replacement_p99_ms", quantile(replacements, 0.99));
}

}  // namespace

}  // namespace prong::bench

int main() {
  using namespace prong;
  const Registry registry{{.plugin_path = {PRONG_BENCH_PLUGINS}}};
  constexpr int workers = 2;
  const oneapi::tbb::global_control threads{oneapi::tbb::global_control::max_allowed_parallelism, workers};
  std::printf("{\n  \"workers\": %d", workers);
  {
    Pool pool{registry, {.workers = workers}};
    bench::arrays(pool);
    bench::small_calls(pool);
    bench::texts(pool);
  }
  bench::births(registry);
  std::printf("\n}\n");
}
