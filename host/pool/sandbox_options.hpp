// The sandbox that a pool's options ask for.
#pragma once

#include "sandbox/plan.hpp"

#include <prong/options.hpp>

#include <filesystem>
#include <vector>

namespace prong::pool {

// Throws UsageError for options that make no sense, PoolBroken when this system does not have such a sandbox,
// std::system_error.
[[nodiscard]] sandbox::Plan plan_sandbox(const PoolOptions& options,
                                         const std::vector<std::filesystem::path>& plugins);

}  // namespace prong::pool
