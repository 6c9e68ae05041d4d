// The program of the article that Prong comes from: functions are found by name in worker processes, and the
// map and result functions around them are made while the program runs.
#include <prong/prong.hpp>

#include <cstdio>
#include <numeric>

namespace stats {
double square(double x) { return x * x; }
double cube(double x) { return x * x * x; }
}  // namespace stats

int main() {
  // Whatever is built before the pool is there in its workers, without a copy.
  const std::vector<double> weights(1000, 0.5);
  const auto make_mapper = [offset = 1.0](auto f) { return [=](double x) { return f(x) + offset; }; };
  const auto make_result = [&weights](auto) {
    return [&weights](std::span<const double> all) {
      return std::inner_product(all.begin(), all.end(), weights.begin(), 0.0);
    };
  };

  prong::Registry functions;
  const auto square =
      functions.make_context_functions(prong::function<&stats::square>, make_mapper, make_result);
  const auto cube = functions.make_context_functions(prong::function<&stats::cube>, make_mapper, make_result);
  functions.define("add", [](double x, double y) { return x + y; });

  prong::Pool pool{functions};
  std::vector<double> numbers(weights.size());
  std::iota(numbers.begin(), numbers.end(), 0.0);
  for (const std::string& name : {square, cube})
    std::printf("%s: %.0f\n", name.c_str(), pool.run<double>(name, numbers));
  std::printf("add: %g\n", pool.apply<double>("add", 1.0, 2.0));
}
