// Turns what a worker reported, or left behind when it died, into endings of items. No system calls.
#pragma once

#include "pool/worker_life.hpp"

#include <exception>
#include <vector>

namespace prong::pool {

// What a worker wrote may be more than the host has memory for. The accounts are whole, unlike after a
// std::bad_alloc.
struct NoRoomForResults : std::exception {};

// The block of a report. False: a violation; the worker is to be killed, and the report changed nothing but
// the items that it ended rightly. Throws NoRoomForResults.
[[nodiscard]] bool settle_report(WorkerLife& worker, const transport::Report& report);

// All tasks of a dead worker, whose reports have been read: items that ended keep their results, the one that
// ran ends as `status` says, the others are given back to their jobs. Of a worker that lied, all that it held
// ends so. Returns whether some item, or the loading of some function, can be blamed for the death.
[[nodiscard]] bool settle_death(WorkerLife& worker, const ExitStatus& status);

}  // namespace prong::pool
