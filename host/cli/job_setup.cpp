// Decisions that map, run and call share.
#include "cli/job_setup.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace prong::cli {

namespace {

// By the name of the member of PoolOptions that pool_options() fills in.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> options_of_pool{
    {{"workers", "--jobs"},
     {"core_directory", "--core"},
     {"memory_limit", "--memory"},
     {"processor_limit", "--cpu"},
     {"descriptor_limit", "--descriptors"}}};

// Of input and results on their way. Some megabytes hide any unevenness of the workers; a stream needs no
// more memory than that.
constexpr std::size_t window_bytes = std::size_t{16} << 20;
// What is remembered of an input weighs more than a short one itself.
constexpr std::size_t window_bytes_remembered = std::size_t{4} << 20;

}  // namespace

Registry make_registry(const Options& options) { return Registry{{.plugin_path = options.plugins}}; }

PoolOptions pool_options(const Options& options, unsigned workers) {
  if (!options.engine.address.empty()) return {.engine = options.engine};
  return local_pool_options(options, workers);
}

PoolOptions local_pool_options(const Options& options, unsigned workers) {
  return {.workers = options.workers != 0 ? options.workers : workers,
          .core_directory = options.core_directory.value_or(std::filesystem::path{}),
          .sandbox = options.sandbox,
          .memory_limit = options.memory,
          .processor_limit = options.cpu,
          .descriptor_limit = options.descriptors,
          .allow_read = options.allow_read};
}

unsigned workers_wanted(const Options& options) { return options.inputs.size() == 1 ? 1 : 0; }

Call map_call(const Options& options, const ItemSource& source, Encoding results) {
  return {.function = options.function,
          .bound = options.bound,
          .items = source.encoding(),
          .item_signature = source.signature(),
          .results = results,
          .chunk_size = options.chunk_size,
          .seed = options.seed,
          .timeout = options.timeout,
          .retries = options.retries,
          .ordered = false,
          .held = !options.unordered,
          .timed = options.takes_times(),
          .window_bytes = options.journal || options.failures || options.output_folder
                              ? window_bytes_remembered
                              : window_bytes};
}

Encoding printed_encoding(const Options& options) noexcept {
  return options.raw_output ? Encoding::text : Encoding::json;
}

std::string sentence_of(const UsageError& error) {
  const auto& wrong = error.option();
  for (const auto& [name, option] : options_of_pool) {
    if (wrong && wrong->name == name) return fmt::format("{} {}: {}", option, wrong->value, wrong->reason);
  }
  return error.what();
}

}  // namespace prong::cli
