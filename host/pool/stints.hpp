// When the items of a timed job ran: from what the worker left in the outputs, and never more than can be.
#pragma once

#include "pool/worker_life.hpp"

namespace prong::pool {

// Each does nothing when the task's job is not timed.

// Items of the task have ended, as the piece says.
void note_stint(TaskInFlight& task, Piece& piece);
// The item at this place ended so, and is to run once more.
void note_attempt(TaskInFlight& task, std::uint64_t place, Ending ending);

}  // namespace prong::pool
