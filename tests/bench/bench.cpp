// Prong and oneTBB, measured in one process: prints one JSON object, figure by figure, for run.py.
#include "figures.hpp"
#include "measure.hpp"

#include <oneapi/tbb/global_control.h>

int main() {
  using namespace prong;
  constexpr unsigned workers = 2;
  const oneapi::tbb::global_control threads{oneapi::tbb::global_control::max_allowed_parallelism, workers};
  const Registry registry{{.plugin_path = {PRONG_BENCH_PLUGINS}}};
  std::printf("{\n  \"workers\": %u", workers);
  {
    Pool pool{registry, {.workers = workers}};
    bench::arrays(pool);
    bench::small_calls(pool);
    bench::texts(pool);
    bench::uneven(pool);
  }
  bench::births(registry);
  bench::sandboxes(registry);
  bench::scaling(registry);
  bench::vectorised(PRONG_EXAMPLES_PLUGIN);
  std::printf("\n}\n");
}
