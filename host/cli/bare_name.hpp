// The name of a function without its module: which one was meant.
#pragma once

#include "cli/options.hpp"

#include <prong/pool.hpp>

namespace prong::cli {

// Throws CannotFind with a suggestion when the command line's function has no module before it, and a plugin
// has one of that name, or nearly so. [blocks] while plugins are looked at
void check_has_module(const Options& options, Pool& pool);

}  // namespace prong::cli
