// Row L: what one chunk costs the host, in time of its processors, as items and workers grow. Workers are
// other processes, so their time is not in it.
#include "figures.hpp"
#include "measure.hpp"

#include <fmt/format.h>
#include <time.h>

namespace prong::bench {

namespace {

double processor_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Items that take long beside their hand-over, so that what waits and looks counts too.
double ns_per_chunk(Pool& pool, std::size_t items, std::uint64_t chunk) {
  auto xs = pool.allocate<double>(items);
  std::ranges::fill(xs, 2.0);
  static_cast<void>(pool.map<double>("examples.square", xs, {.chunk_size = chunk}));
  std::vector<double> costs;
  for (int run = 0; run < 5; ++run) {
    const double start = processor_ns();
    static_cast<void>(pool.map<double>("examples.square", xs, {.chunk_size = chunk}));
    costs.push_back((processor_ns() - start) / static_cast<double>(items / chunk));
  }
  return quantile(costs, 0.5);
}

}  // namespace

void scaling(const Registry& registry) {
  constexpr std::uint64_t chunk = 100;
  {
    Pool pool{registry, {.workers = 2}};
    for (const std::size_t items : {1'000U, 10'000U, 100'000U, 1'000'000U, 10'000'000U})
      figure(fmt::format("chunk_ns_{}_items", items), ns_per_chunk(pool, items, chunk));
  }
  for (const unsigned workers : {1U, 8U, 64U}) {
    Pool pool{registry, {.workers = workers}};
    figure(fmt::format("chunk_ns_{}_workers", workers), ns_per_chunk(pool, 1'000'000, chunk));
  }
}

}  // namespace prong::bench
