// From options to the source that they name.
#pragma once

#include "cli/item_source.hpp"
#include "cli/options.hpp"

#include <prong/pool.hpp>

#include <filesystem>
#include <memory>

namespace prong::cli {

// Throws InputFailed, and WrongUsage when the source gives what the function does not take.
[[nodiscard]] std::unique_ptr<ItemSource> make_source(const Options& options, Pool& pool);

}  // namespace prong::cli
