// The one answer of a single call, or of a result function.
#pragma once

#include "cli/exit_status.hpp"

#include <prong/call.hpp>

namespace prong::cli {

// Finishes the job, waits for its result and prints that, or says why there is none. [blocks]
[[nodiscard]] ExitStatus print_answer(Job job);

}  // namespace prong::cli
