// Names for places in plugin files. [worker]: libelf and libdw read files that may be hostile, and may die of
// them.
#pragma once

#include "transport/job_record.hpp"

#include <span>
#include <string>

namespace prong::worker {

// A line for each place: function, source file and line number, separated by tabs, empty where unknown.
[[nodiscard]] std::string name_places(std::span<const transport::CodePlace> places);

}  // namespace prong::worker
