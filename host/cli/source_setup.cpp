// One kind of source after the other.
#include "cli/source_setup.hpp"

#include "cli/again_source.hpp"
#include "cli/argument_source.hpp"
#include "cli/csv_source.hpp"
#include "cli/exit_status.hpp"
#include "cli/file_formats.hpp"
#include "cli/line_source.hpp"
#include "cli/module_text.hpp"
#include "cli/npy_lists.hpp"
#include "cli/range_source.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace prong::cli {

namespace {

bool is_text(const std::string& type) { return type == "str" || type == "bytes"; }

// `what` gives text.
void check_takes_text(const std::string& what, const Options& options, Pool& pool) {
  const FunctionInfo function = pool.describe(options.function);
  const std::string type = item_type(function, !options.bound.empty());
  if (is_text(type)) return;
  std::string fix;
  if (options.bound.empty() && is_text(function.parameters.front().type)) {
    for (std::size_t i = 1; i < function.parameters.size(); ++i)
      fix += fmt::format("{} --bind {}=VALUE", i == 1 ? ":" : "", function.parameters[i].name);
    fix += " makes them " + function.parameters.front().type;
  }
  throw WrongUsage{
      fmt::format("{} give str or bytes, and the items of '{}' are {}{}", what, options.function, type, fix)};
}

// What an item supplies: the first parameter when others are bound, else all.
std::vector<Parameter> item_parameters(const Options& options, Pool& pool) {
  std::vector<Parameter> parameters = pool.describe(options.function).parameters;
  if (!options.bound.empty()) parameters.erase(parameters.begin() + 1, parameters.end());
  return parameters;
}

// What to make of an array of such items when values of `type` are wanted.
std::string right_array(const NpyItem& item, const std::string& type) {
  const auto wanted = npy_item_of(type);
  if (!wanted) return "an array of that type";
  if (wanted->columns == 0 && item.columns == 1) return "a.ravel(), which has one dimension";
  if (wanted->columns == 1 && item.columns == 0) return "a.reshape(-1, 1), which has rows";
  if (wanted->columns != item.columns) return "an array of that type";
  return fmt::format("a.astype('{}')", npy_type(wanted->scalar));
}

// Rows are tuples, or lists for a function that takes these.
std::unique_ptr<ItemSource> make_npy_source(const Options& options, Pool& pool) {
  auto source = std::make_unique<NpySource>(pool, InputFile{*options.input});
  const std::string type = item_type(pool.describe(options.function), !options.bound.empty());
  if (source->signature() == type) return source;
  const bool has_rows = source->item().columns != 0;
  if (has_rows && type == "[" + source->item().scalar + "]")
    return std::make_unique<NpyListSource>(std::move(source));
  throw WrongUsage{fmt::format("{} holds {} of {}, and the items of '{}' are {}: save {}",
                               options.input->native(), has_rows ? "rows" : "values", source->signature(),
                               options.function, type, right_array(source->item(), type))};
}

std::unique_ptr<ItemSource> make_file_source(const Options& options, Pool& pool) {
  const std::string& name = options.input->native();
  const auto lines = [&](LineFormat format) {
    return std::make_unique<LineSource>(pool, InputFile{*options.input}, format);
  };
  if (options.raw_lines) return lines(*options.raw_lines);
  const auto format = format_of(*options.input);
  if (!format) {
    throw WrongUsage{fmt::format(
        "--input {}: what is in it? its name must end in .jsonl, .csv, .npy or .txt, or say -R or -0", name)};
  }
  if (options.takes_paths && format != FileFormat::txt)
    throw WrongUsage{
        fmt::format("--input {}: with --files it is a list of paths; name it .txt, or say -0", name)};
  switch (*format) {
    case FileFormat::csv:
      return std::make_unique<CsvSource>(InputFile{*options.input}, item_parameters(options, pool));
    case FileFormat::npy:
      return make_npy_source(options, pool);
    case FileFormat::txt:
      check_takes_text(fmt::format("The lines of {}", name), options, pool);
      return lines({Encoding::text, '\n'});
    default:
      return lines({});
  }
}

}  // namespace

std::unique_ptr<ItemSource> make_source(const Options& options, Pool& pool) {
  if (options.takes_paths) check_takes_text("--files", options, pool);
  if (options.range) return std::make_unique<RangeSource>(*options.range);
  if (!options.inputs.empty()) return std::make_unique<ArgumentSource>(options.inputs);
  if (options.again) {
    const std::string type = item_type(pool.describe(options.function), !options.bound.empty());
    return std::make_unique<AgainSource>(pool, InputFile{*options.again}, options.takes_paths ? "str" : type);
  }
  if (options.raw_lines) check_takes_text("-R and -0", options, pool);
  if (options.input) return make_file_source(options, pool);
  const LineFormat format = options.takes_paths ? LineFormat{Encoding::text, '\n'} : LineFormat{};
  return std::make_unique<LineSource>(pool, InputFile{}, options.raw_lines.value_or(format));
}

}  // namespace prong::cli
