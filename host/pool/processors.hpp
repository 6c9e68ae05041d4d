// How many processors this process may use.
#pragma once

namespace prong::pool {

// The lower of the affinity mask and the CPU quota of the control group and its ancestors (versions 1 and 2),
// rounded up; at least 1.
[[nodiscard]] unsigned usable_processors();

}  // namespace prong::pool
