// The files that a command writes: none of them is read by it, and no two are one.
#pragma once

#include "cli/options.hpp"

namespace prong::cli {

// Before any of them is opened. Throws WrongUsage.
void check_written_files(const Options& options);

}  // namespace prong::cli
