// `prong map`: source → job → lines or an array.
#include "cli/commands.hpp"
#include "cli/file_formats.hpp"
#include "cli/interruption.hpp"
#include "cli/job_setup.hpp"
#include "cli/json_printer.hpp"
#include "cli/npy_writer.hpp"
#include "cli/passage.hpp"
#include "cli/printer.hpp"
#include "cli/source_setup.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

namespace prong::cli {

namespace {

// Throws WrongUsage when the file's name and the other options do not go together.
std::optional<FileFormat> output_format(const Options& options) {
  if (!options.output) return std::nullopt;
  const std::string& name = options.output->native();
  const auto format = format_of(*options.output);
  if (!format || format == FileFormat::csv)
    throw WrongUsage{fmt::format("--output {}: its name must end in .jsonl, .npy or .txt", name)};
  if (options.raw_output && format != FileFormat::txt)
    throw WrongUsage{fmt::format("-r prints strings as they are, which {} cannot hold; name it .txt", name)};
  if (options.json && format != FileFormat::jsonl)
    throw WrongUsage{fmt::format("--json prints objects, which {} cannot hold; name it .jsonl", name)};
  return format;
}

NpyItem npy_item(const Options& options, const FunctionInfo& function) {
  const std::string& name = options.output->native();
  std::error_code ignored;
  if (std::filesystem::exists(*options.output, ignored) &&
      !std::filesystem::is_regular_file(*options.output, ignored)) {
    throw WrongUsage{
        fmt::format("--output {}: an array goes into a regular file, since its size is written last", name)};
  }
  const auto item = npy_item_of(function.result);
  if (!item) {
    throw WrongUsage{
        fmt::format("--output {}: '{}' returns {}, and an array holds numbers, or tuples of "
                    "numbers of one type; name it .jsonl",
                    name, function.name, function.result)};
  }
  if (options.on_error == OnError::null && !item->scalar.starts_with('f'))
    throw WrongUsage{fmt::format("--on-error null: an array of {} has no value for none", item->scalar)};
  return *item;
}

// Strings as they are can be told apart only in their native encoding: they may hold newlines.
Encoding result_encoding(const Options& options, std::optional<FileFormat> format,
                         const FunctionInfo& function) {
  if (format == FileFormat::npy) return Encoding::native;
  const bool is_raw = options.raw_output || format == FileFormat::txt;
  if (!is_raw) return Encoding::json;
  if (!options.journal && !options.takes_paths) return Encoding::text;
  return native_encoding(function.result) == Encoding::views ? Encoding::native : Encoding::json;
}

}  // namespace

ExitStatus map(const Options& options, Interruption& interruption) {
  const auto format = output_format(options);
  Pool pool{make_registry(options), pool_options(options, workers_wanted(options))};
  const FunctionInfo function = pool.describe(options.function);
  const auto array = format == FileFormat::npy ? std::optional{npy_item(options, function)} : std::nullopt;
  const auto source = make_source(options, pool);
  const Encoding results = result_encoding(options, format, function);
  const Job job = pool.open(map_call(options, *source, results));
  // Nothing is written over before all is known to fit together.
  const MapParts parts{options, pool, *source, function, results};
  RunFiles files{parts};
  std::unique_ptr<ResultSink> sink;
  if (array) {
    sink = std::make_unique<NpyWriter>(NpyWriter::Options{options.on_error, *array}, files.output(), *source);
  } else if (options.json) {
    sink = std::make_unique<JsonPrinter>(options.on_error, files.output(), *source);
  } else {
    sink = std::make_unique<Printer>(options.on_error, files.output(), *source);
  }
  Passage{parts, files, *sink}.travel(job, &interruption);
  sink->finish();
  return sink->status();
}

}  // namespace prong::cli
