// What a strict sandbox adds, to a worker's start and to an item.
#include "figures.hpp"
#include "measure.hpp"

#include <string_view>

namespace prong::bench {

namespace {

void starts(Pool& strict, Pool& none) {
  std::vector<double> added;
  for (int i = 0; i < 500; ++i) {
    const double with = replacement_ms(strict);
    added.push_back((with - replacement_ms(none)) * 1000);
  }
  figure("sandbox_start_us", quantile(added, 0.5));
}

void items(Pool& strict, Pool& none) {
  const auto calls = [](Pool& pool) {
    return [&pool] {
      for (int i = 0; i < 2000; ++i)
        static_cast<void>(pool.apply<double>("examples.square", 3.0));
    };
  };
  const Pair applied = in_turn(11, calls(strict), calls(none));
  figure("sandbox_apply_ms", applied.ours);
  figure("no_sandbox_apply_ms", applied.peer);
  const std::vector<std::string> lines(100'000, std::string(32, 'a'));
  const auto texts = [&lines](Pool& pool) {
    return [&] { static_cast<void>(pool.map<std::string_view>("examples.upper", lines)); };
  };
  const Pair mapped = in_turn(11, texts(strict), texts(none));
  figure("sandbox_strings_ms", mapped.ours);
  figure("no_sandbox_strings_ms", mapped.peer);
}

}  // namespace

void sandboxes(const Registry& registry) {
  Pool none{registry, {.workers = 1}};
  Pool strict{registry, {.workers = 1, .sandbox = Sandbox::strict}};
  starts(strict, none);
  items(strict, none);
}

}  // namespace prong::bench
