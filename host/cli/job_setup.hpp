// From options to what the library takes: a pool, a call.
#pragma once

#include "cli/item_source.hpp"
#include "cli/options.hpp"

#include <prong/error.hpp>
#include <prong/pool.hpp>

#include <string>

namespace prong::cli {

[[nodiscard]] Registry make_registry(const Options& options);
// `workers` unless the options say how many; 0: as many as there are processors to use.
[[nodiscard]] PoolOptions pool_options(const Options& options, unsigned workers);
// The same, whether or not an engine is to be used.
[[nodiscard]] PoolOptions local_pool_options(const Options& options, unsigned workers);
// One worker is enough for one input.
[[nodiscard]] unsigned workers_wanted(const Options& options);

// The map over the items of `source`, with all bound arguments, and results of `results`.
[[nodiscard]] Call map_call(const Options& options, const ItemSource& source, Encoding results);

// Of results that are printed.
[[nodiscard]] Encoding printed_encoding(const Options& options) noexcept;

// What is wrong with a command line that the library refuses: an option is called what the user calls it.
[[nodiscard]] std::string sentence_of(const UsageError& error);

}  // namespace prong::cli
