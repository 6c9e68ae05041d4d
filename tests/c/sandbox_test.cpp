// What of a pool's sandbox is in force.
#include "fixture.hpp"

#include <algorithm>

namespace prong_c_test {

TEST_CASE("the sandbox is told, layer by layer") {
  prong_pool_options options = pool_options();
  options.sandbox = PRONG_SANDBOX_LIMITS;
  options.descriptor_limit = 100;
  const PoolHandle pool = make_pool(options);
  prong_sandbox_report* report = prong_pool_get_sandbox_report(pool.get(), NoError{});
  REQUIRE(report != nullptr);
  CHECK(report->level == PRONG_SANDBOX_LIMITS);
  REQUIRE(report->layer_count > 0);
  const auto* const end = report->layers + report->layer_count;
  const auto* const descriptors = std::find_if(report->layers, end, [](const prong_sandbox_layer* layer) {
    return layer->name == std::string_view{"descriptors"};
  });
  REQUIRE(descriptors != end);
  CHECK((*descriptors)->in_force == 1);
  prong_sandbox_report_free(report);
}

}  // namespace prong_c_test
