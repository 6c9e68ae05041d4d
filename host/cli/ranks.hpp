// A command in a run of MPI: `mpirun … prong map FUNCTION --on mpi` starts the same command line on each
// rank.
#pragma once

#include "cli/commands.hpp"

namespace prong::cli {

class Interruption;

// Whether the command's items run on the ranks of MPI.
[[nodiscard]] bool runs_on_ranks(const Command& command, const Options& options);

// On rank 0 the command, beside a node; on any other a node alone, which ends when the command has.
[[nodiscard]] ExitStatus run_on_ranks(const Command& command, const Options& options,
                                      Interruption& interruption);

}  // namespace prong::cli
