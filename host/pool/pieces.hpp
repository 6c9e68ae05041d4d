// From the runs of a worker's block to pieces of results. No system calls.
#pragma once

#include "pool/worker_life.hpp"

namespace prong::pool {

// Delivers the items of the runs, and those below `ended_below` whose results are raw and that no run names.
// False: a violation, and nothing was delivered. Throws NoRoomForResults.
[[nodiscard]] bool settle_runs(WorkerLife& worker, TaskInFlight& task, std::uint64_t offset,
                               std::uint64_t runs, std::uint64_t ended_below);

// These places leave the task without an ending.
void give_back(TaskInFlight& task, std::uint64_t place, std::uint64_t count, bool exact);

}  // namespace prong::pool
