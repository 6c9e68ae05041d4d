// What is wrong with a call's options or items, whatever runs them.
#pragma once

#include "pool/job_state.hpp"

#include <prong/call.hpp>

namespace prong::pool {

// The call's own options, which another call like it may have otherwise. Throws UsageError for a time-out
// that is not positive; one beyond limits::timeout_max is that.
void take_options(JobFacts& facts, const Call& call);

// Throws UsageError when counts, offsets and bytes do not go together.
void check_items(const JobFacts& facts, const Items& items);

}  // namespace prong::pool
