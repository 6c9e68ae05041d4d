// A function that the host defines while it runs: what Registry::define makes of a callable.
#pragma once

#include <prong/function_info.hpp>
#include <prong/plugin.h>

#include <cstdint>
#include <functional>

namespace prong {

// Runs a batch as a plugin's exported function does: ends every item, lets no exception out. [worker]
using BatchFunction = std::function<std::int32_t(const prong_batch&)>;

struct DynamicFunction {
  FunctionInfo info;
  BatchFunction run;
};

}  // namespace prong
