// Finds the best two gains of a thermostat for three houses: a coarse grid for all at once, then a finer one
// each.
#include <prong/prong.hpp>

#include <algorithm>
#include <cstdio>
#include <ranges>
#include <tuple>
#include <vector>

namespace {

using Gains = std::tuple<double, double>;

constexpr int steps = 40;  // of each gain

// Combination number `i` of steps × steps, from `first` on.
Gains combination(int i, Gains first, double step) {
  return {std::get<0>(first) + i / steps * step, std::get<1>(first) + i % steps * step};
}

auto grid(Gains first, double step) {
  return std::views::iota(0, steps * steps) |
         std::views::transform([=](int i) { return combination(i, first, step); });
}

}  // namespace

int main() {
  prong::Pool pool{prong::Registry{}};
  const std::vector<double> delays{5, 20, 60};
  const Gains origin{0, 0};
  const double coarse = 0.01;
  const double fine = 0.001;

  // All three sweeps run at the same time; the delay of each is bound, the gains are its items.
  std::vector<prong::AsyncResult<prong::Results<double>>> sweeps;
  for (const double delay : delays) {
    sweeps.push_back(pool.map_async<double>("thermostat.error", grid(origin, coarse),
                                            {.bound = {prong::bind("delay", delay)}}));
  }
  for (std::size_t house = 0; house < delays.size(); ++house) {
    const auto errors = sweeps[house].get();
    const auto at = std::ranges::min_element(errors.span()) - errors.span().begin();
    const auto [p, i] = combination(static_cast<int>(at), origin, coarse);

    // A finer grid around it, whose items are made while the first results are looked at.
    const Gains corner{std::max(p - coarse, 0.0), std::max(i - coarse, 0.0)};
    std::tuple<double, Gains> best{errors[static_cast<std::size_t>(at)], {p, i}};
    int number = 0;
    for (const double error : pool.imap<double>("thermostat.error", grid(corner, fine),
                                                {.bound = {prong::bind("delay", delays[house])}}))
      best = std::min(best, {error, combination(number++, corner, fine)});

    const auto& [error, gains] = best;
    std::printf("delay %2.0f min: gains %.3f and %.3f keep it within %.2f K on average\n", delays[house],
                std::get<0>(gains), std::get<1>(gains), error);
  }
}
