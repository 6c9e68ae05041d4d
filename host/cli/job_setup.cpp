// Decisions that map, run and call share.
#include "cli/job_setup.hpp"

#include "cli/argument_source.hpp"
#include "cli/exit_status.hpp"
#include "cli/line_source.hpp"
#include "cli/module_text.hpp"
#include "cli/range_source.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace prong::cli {

namespace {

// Of input and results on their way. Some megabytes hide any unevenness of the workers; a stream needs no
// more memory than that.
constexpr std::size_t window_bytes = std::size_t{16} << 20;

void check_takes_text(const Options& options, Pool& pool) {
  const std::string type = item_type(pool.describe(options.function), !options.bound.empty());
  if (type == "str" || type == "bytes") return;
  throw WrongUsage{
      fmt::format("-R and -0 give str or bytes, and the items of '{}' are {}", options.function, type)};
}

}  // namespace

Registry make_registry(const Options& options) { return Registry{{.plugin_path = options.plugins}}; }

PoolOptions pool_options(const Options& options, unsigned workers) {
  return {.workers = options.workers != 0 ? options.workers : workers};
}

unsigned workers_wanted(const Options& options) { return options.inputs.size() == 1 ? 1 : 0; }

std::unique_ptr<ItemSource> make_source(const Options& options, Pool& pool) {
  if (options.range) return std::make_unique<RangeSource>(*options.range);
  if (!options.inputs.empty()) return std::make_unique<ArgumentSource>(options.inputs);
  if (options.raw_lines) check_takes_text(options, pool);
  return std::make_unique<LineSource>(pool, STDIN_FILENO, options.raw_lines.value_or(LineFormat{}));
}

Call map_call(const Options& options, const ItemSource& source, Encoding results) {
  return {.function = options.function,
          .bound = options.bound,
          .items = source.encoding(),
          .results = results,
          .chunk_size = options.chunk_size,
          .seed = options.seed,
          .ordered = !options.unordered,
          .window_bytes = window_bytes};
}

Encoding printed_encoding(const Options& options) noexcept {
  return options.raw_output ? Encoding::text : Encoding::json;
}

}  // namespace prong::cli
