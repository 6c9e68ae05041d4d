// How many processors this process may use, and what follows for workers.
#pragma once

#include <cstdint>

namespace prong::pool {

// The lower of the affinity mask and the CPU quota of the control group and its ancestors (versions 1 and 2),
// rounded up; at least 1.
[[nodiscard]] unsigned usable_processors();

// The number of workers that a caller means: 0 is one for each processor. Throws UsageError above the limit.
[[nodiscard]] unsigned checked_workers(unsigned wanted);

// How long one of so many workers spins for work: only where it takes nobody's processor.
[[nodiscard]] std::uint32_t spin_micros(unsigned workers);

}  // namespace prong::pool
