// Rows J and K.
#include "figures.hpp"
#include "measure.hpp"

#include <signal.h>

namespace prong::bench {

namespace {

void new_pools(const Registry& registry) {
  std::vector<double> starts;
  for (int i = 0; i < 51; ++i) {
    const auto start = Clock::now();
    Pool pool{registry, {.workers = 2}};
    static_cast<void>(pool.apply<double>("examples.square", 3.0));
    starts.push_back(milliseconds_since(start));
  }
  figure("pool_start_ms", quantile(starts, 0.5));
}

void replacements(const Registry& registry) {
  Pool pool{registry, {.workers = 1}};
  std::vector<double> times;
  for (int i = 0; i < 300; ++i)
    times.push_back(replacement_ms(pool));
  figure("replacement_p50_ms", quantile(times, 0.5));
  figure("replacement_p99_ms", quantile(times, 0.99));
}

}  // namespace

double replacement_ms(Pool& pool) {
  for (;;) {
    const auto worker = pool.apply<std::int32_t>("bench.process", 0.0);
    const auto start = Clock::now();
    ::kill(worker, SIGKILL);
    // A worker that spins may still take the task before the signal reaches it; that tells nothing.
    if (pool.apply<std::int32_t>("bench.process", 0.0) != worker) return milliseconds_since(start);
  }
}

void births(const Registry& registry) {
  new_pools(registry);
  replacements(registry);
}

}  // namespace prong::bench
