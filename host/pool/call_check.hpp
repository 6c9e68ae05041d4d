// What is wrong with a call's options or items, whatever runs them.
#pragma once

#include "pool/job_state.hpp"

#include <prong/call.hpp>

#include <chrono>
#include <optional>

namespace prong::pool {

// Call::timeout within limits::timeout_max. Throws UsageError when it is not positive.
[[nodiscard]] std::optional<std::chrono::nanoseconds> checked_timeout(const Call& call);

// Throws UsageError when counts, offsets and bytes do not go together.
void check_items(const JobFacts& facts, const Items& items);

}  // namespace prong::pool
