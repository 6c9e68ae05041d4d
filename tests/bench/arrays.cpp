// Rows A to C.
#include "figures.hpp"
#include "measure.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <numeric>

namespace prong::bench {

namespace {

constexpr std::size_t doubles = 10'000'000;

void tbb_square(const double* from, double* to, std::size_t count) {
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>{0, count}, [=](const auto& range) {
    for (std::size_t i = range.begin(); i < range.end(); ++i)
      to[i] = from[i] * from[i];
  });
}

}  // namespace

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

}  // namespace prong::bench
