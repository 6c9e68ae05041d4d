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

// Throws WrongUsage when `file`, which an option names for writing, is the file that inputs come from.
void check_is_not_input(const char* option, const std::filesystem::path& file, const Options& options);

}  // namespace prong::cli
