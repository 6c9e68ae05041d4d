// `prong map`: source → job → lines or an array.
#include "cli/bare_name.hpp"
#include "cli/commands.hpp"
#include "cli/file_formats.hpp"
#include "cli/folder_writer.hpp"
#include "cli/input_paths.hpp"
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

void check_makes_files(const Options& options, const FunctionInfo& function) {
  if (native_encoding(function.result) == Encoding::views) return;
  throw WrongUsage{
      fmt::format("--output-dir {}: '{}' returns {}, and files are made of str or bytes; give --output FILE, "
                  "named .jsonl",
                  options.output_folder->native(), function.name, function.result)};
}

// Strings as they are can be told apart only in their native encoding: they may hold newlines.
Encoding result_encoding(const Options& options, std::optional<FileFormat> format,
                         const FunctionInfo& function) {
  if (format == FileFormat::npy || options.output_folder) return Encoding::native;
  const bool is_raw = options.raw_output || format == FileFormat::txt;
  if (!is_raw) return Encoding::json;
  if (!options.journal && !options.takes_paths) return Encoding::text;
  return native_encoding(function.result) == Encoding::views ? Encoding::native : Encoding::json;
}

std::unique_ptr<ResultSink> make_sink(const MapParts& parts, RunFiles& files,
                                      const std::optional<NpyItem>& array) {
  const OnError on_error = parts.options.on_error;
  if (array) return std::make_unique<NpyWriter>(NpyWriter::Options{on_error, *array}, files.output());
  if (files.folder() != nullptr) {
    const FolderWriter::Parts writer{
        .folder = *files.folder(), .names = *files.names(), .on_error = on_error};
    return std::make_unique<FolderWriter>(writer);
  }
  if (parts.options.json) return std::make_unique<JsonPrinter>(on_error, files.output(), parts.paths);
  return std::make_unique<Printer>(on_error, files.output());
}

}  // namespace

ExitStatus map(const Options& options, Interruption& interruption) {
  const auto format = output_format(options);
  Pool pool{make_registry(options), pool_options(options, workers_wanted(options))};
  check_has_module(options, pool);
  const FunctionInfo function = pool.describe(options.function);
  const auto array = format == FileFormat::npy ? std::optional{npy_item(options, function)} : std::nullopt;
  if (options.output_folder) check_makes_files(options, function);
  const auto source = make_source(options, pool);
  const Encoding results = result_encoding(options, format, function);
  const Job job = pool.open(map_call(options, *source, results));
  // Nothing is written over before all is known to fit together.
  InputPaths paths;
  const MapParts parts{
      options, pool, *source, function, results, job.build(), options.takes_paths ? &paths : nullptr};
  RunFiles files{parts};
  const auto sink = make_sink(parts, files, array);
  Passage passage{parts, files, *sink, job};
  passage.travel(&interruption);
  sink->finish();
  return passage.status();
}

}  // namespace prong::cli
