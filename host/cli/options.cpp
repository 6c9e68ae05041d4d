// Options, read back from CLI11.
#include "cli/options.hpp"

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/option_table.hpp"
#include "cli/written_files.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <limits>
#include <utility>

namespace prong::cli {

namespace {

// What was given, by name; options that the command does not have were not.
class Given {
 public:
  explicit Given(const CLI::App& app) : app_{app} {}

  [[nodiscard]] bool has(const char* name) const {
    const CLI::Option* option = app_.get_option_no_throw(name);
    return option != nullptr && option->count() > 0;
  }
  [[nodiscard]] std::vector<std::string> all(const char* name) const {
    return has(name) ? app_.get_option_no_throw(name)->results() : std::vector<std::string>{};
  }
  [[nodiscard]] std::optional<std::string> one(const char* name) const {
    return has(name) ? std::optional{all(name).back()} : std::nullopt;
  }
  template <class Number>
  void number(const char* name, Number least, Number& value) const {
    const auto text = one(name);
    if (!text) return;
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error == std::errc{} && stop == end && value >= least) return;
    throw WrongUsage{fmt::format("{} {}: a whole number from {} on is needed", name, *text, least)};
  }

 private:
  const CLI::App& app_;
};

OnError parse_on_error(const std::string& text, const Command& command) {
  if (text == "skip") return OnError::skip;
  if (text == "stop") return OnError::stop;
  if (text == "null" && command.prints_items) return OnError::null;
  throw WrongUsage{fmt::format("--on-error {}: {} is needed", text,
                               command.prints_items ? "skip, stop or null" : "skip or stop")};
}

Bound parse_bound(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) throw WrongUsage{fmt::format("--bind {}: NAME=VALUE is needed", text)};
  return {.name = text.substr(0, equals), .encoding = Encoding::text, .value = text.substr(equals + 1)};
}

std::chrono::milliseconds parse_seconds(const char* name, const std::string& text) {
  constexpr double seconds_max = 1e6;
  double seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  const bool is_number = stop == end && error == std::errc{};
  if (is_number && seconds > seconds_max)
    throw WrongUsage{fmt::format("{} {}: at most {:.0f} seconds are possible", name, text, seconds_max)};
  if (is_number && seconds > 0)
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>{seconds});
  throw WrongUsage{fmt::format("{} {}: a number of seconds is needed, above 0", name, text)};
}

// Bytes, or with K, M, G or T so many times 1024 of them.
std::size_t parse_size(const char* name, const std::string& text) {
  constexpr std::string_view units = "KMGT";
  std::uint64_t size = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, size);
  unsigned shift = 0;
  if (error == std::errc{} && stop + 1 == end) {
    const std::size_t unit = units.find(*stop);
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      ++stop;
    }
  }
  if (error == std::errc{} && stop == end && size > 0 && size << shift >> shift == size) return size << shift;
  throw WrongUsage{
      fmt::format("{} {}: a number of bytes is needed, or one with K, M, G or T, as 512M", name, text)};
}

Sandbox parse_sandbox(const std::string& text) {
  if (text == "none") return Sandbox::none;
  if (text == "limits") return Sandbox::limits;
  if (text == "strict") return Sandbox::strict;
  throw WrongUsage{fmt::format("--sandbox {}: none, limits or strict is needed", text)};
}

std::string take_first(std::vector<std::string>& operands) {
  std::string first = std::move(operands.front());
  operands.erase(operands.begin());
  return first;
}

void take_operands(const Command& command, std::vector<std::string> operands, Options& options) {
  if (operands.empty() && command.takes != Takes::nothing && !options.tells_sandbox) {
    const std::string_view which = command.takes == Takes::function ? "function"
                                   : command.takes == Takes::name   ? "module or function"
                                   : command.takes == Takes::module ? "module"
                                                                    : "file";
    throw WrongUsage{fmt::format("which {}? prong {} {}", which, command.name, command.operands)};
  }
  if (command.takes == Takes::function) {
    options.function = take_first(operands);
    options.inputs = std::exchange(operands, {});
  } else if (options.tells_sandbox) {
    if (!operands.empty())
      throw WrongUsage{
          fmt::format("prong info --sandbox takes no operand, and there is '{}'", operands.front())};
  } else if (command.takes == Takes::name || command.takes == Takes::module) {
    options.name = take_first(operands);
  } else if (command.takes == Takes::files) {
    options.files.assign(operands.begin(), operands.end());
    operands.clear();
  }
  if (operands.empty()) return;
  const std::string_view how_many = command.takes == Takes::nothing ? "no operand" : "one operand";
  throw WrongUsage{
      fmt::format("prong {} takes {}, and there is '{}'", command.name, how_many, operands.front())};
}

ProgressWanted parse_progress(const std::string& text) {
  if (text == "auto") return ProgressWanted::automatic;
  if (text == "always") return ProgressWanted::always;
  if (text == "never") return ProgressWanted::never;
  throw WrongUsage{fmt::format("--progress {}: auto, always or never is needed", text)};
}

// "-" is a stream to --input and --output alone.
std::optional<std::filesystem::path> file_of(const Given& given, const char* name) {
  const auto file = given.one(name);
  if (file == "-")
    throw WrongUsage{
        fmt::format("{0} -: only --input and --output take - for a stream; {0} ./- is a file", name)};
  return file;
}

// What the command line names is the stream that it would use anyway.
void leave_out_stream(std::optional<std::filesystem::path>& file, const char* device) {
  if (file == "-" || file == device) file.reset();
}

void check_inputs(const Options& options) {
  std::vector<std::string_view> places;
  if (options.range) places.emplace_back("--range");
  if (options.input) places.emplace_back("--input");
  if (options.again) places.emplace_back("--again");
  if (places.size() > 1)
    throw WrongUsage{fmt::format("inputs come from {} or from {}, not from both", places[0], places[1])};
  if (!places.empty() && !options.inputs.empty()) {
    throw WrongUsage{fmt::format("inputs come from {} or from arguments, and there is '{}' too", places[0],
                                 options.inputs.front())};
  }
  if (options.raw_lines && (options.range || options.again || !options.inputs.empty())) {
    throw WrongUsage{"-R and -0 say how standard input is read, and the inputs come from elsewhere"};
  }
  if (options.takes_paths && options.range)
    throw WrongUsage{"--files takes paths of files, and --range gives numbers"};
  if (options.resume && !options.journal)
    throw WrongUsage{"--resume goes on from a journal: which? give --journal FILE too"};
}

void take_input_options(const Given& given, Options& options) {
  if (const auto range = given.one("--range")) options.range = parse_number_range(*range);
  options.input = given.one("--input");
  options.again = file_of(given, "--again");
  if (given.has("--raw-input")) options.raw_lines = LineFormat{Encoding::text, '\n'};
  if (given.has("--null")) options.raw_lines = LineFormat{Encoding::text, '\0'};
  options.takes_paths = given.has("--files");
  check_inputs(options);
  leave_out_stream(options.input, "/dev/stdin");
}

void take_work_options(const Given& given, Options& options) {
  for (const std::string& bound : given.all("--bind"))
    options.bound.push_back(parse_bound(bound));
  given.number("--jobs", 1U, options.workers);
  given.number("--chunk", std::uint64_t{1}, options.chunk_size);
  given.number("--seed", std::uint64_t{0}, options.seed);
  given.number("--retries", 0U, options.retries);
  options.core_directory = given.one("--core");
  if (options.core_directory && options.core_directory->empty())
    throw WrongUsage{"--core: which folder? its name is empty"};
  if (const auto seconds = given.one("--timeout")) options.timeout = parse_seconds("--timeout", *seconds);
  for (const std::string& folder : given.all("--plugins"))
    options.plugins.emplace_back(folder);
}

// Bounds are part of a sandbox.
void take_sandbox_options(const Given& given, Options& options) {
  if (const auto size = given.one("--memory")) options.memory = parse_size("--memory", *size);
  if (const auto seconds = given.one("--cpu")) options.cpu = parse_seconds("--cpu", *seconds);
  if (given.has("--descriptors")) given.number("--descriptors", 1U, options.descriptors.emplace());
  const auto level = given.one("--sandbox");
  if (level) options.sandbox = parse_sandbox(*level);
  for (const char* bound : {"--memory", "--cpu", "--descriptors"}) {
    if (!given.has(bound)) continue;
    if (!level) options.sandbox = Sandbox::limits;
    if (options.sandbox == Sandbox::none)
      throw WrongUsage{fmt::format("{} needs --sandbox limits or strict", bound)};
  }
  for (const std::string& path : given.all("--allow-read"))
    options.allow_read.emplace_back(path);
  if (!options.allow_read.empty() && options.sandbox != Sandbox::strict)
    throw WrongUsage{"--allow-read needs --sandbox strict: otherwise workers may read what you may"};
}

// What each node says for itself, or no other machine's clock can tell.
void check_engine(const Given& given, const Command& command, const Options& options) {
  if (options.engine.address.empty()) {
    if (command.serves) throw WrongUsage{"for which engine? give --on gearman://HOST:4730, or --on mpi"};
    for (const char* option : {"--key", "--insecure", "--any-build", "--patience"}) {
      if (given.has(option))
        throw WrongUsage{fmt::format("{} is about an engine: which? give --on ADDRESS too", option)};
    }
    return;
  }
  if (command.serves) return;
  for (const char* option :
       {"--jobs", "--sandbox", "--memory", "--cpu", "--descriptors", "--allow-read", "--core"}) {
    // One command line of MPI is that of all nodes.
    if (given.has(option) && options.engine.address != "mpi")
      throw WrongUsage{
          fmt::format("{}: with --on this is a matter of each node; give it to prong worker", option)};
  }
  if (given.has("--journal") && options.engine.any_build)
    throw WrongUsage{
        "--journal keeps results of one build, and --any-build lets nodes run others; leave out one"};
  for (const char* option : {"--log", "--trace", "--report"}) {
    if (given.has(option))
      throw WrongUsage{fmt::format(
          "{} tells when items ran, which other machines' clocks do not; leave out --on", option)};
  }
}

void take_engine_options(const Given& given, const Command& command, Options& options) {
  options.engine.address = given.one("--on").value_or("");
  if (const auto key = given.one("--key")) {
    if (key->empty()) throw WrongUsage{"--key: which file? its name is empty"};
    options.engine.key = *key;
  }
  options.engine.insecure = given.has("--insecure");
  options.engine.any_build = given.has("--any-build");
  if (const auto seconds = given.one("--patience"))
    options.engine.patience = parse_seconds("--patience", *seconds);
  given.number("--slots", 1U, options.workers);
  check_engine(given, command, options);
}

// Results go to one place, in one form.
void check_output_folder(const Options& options) {
  if (!options.output_folder) {
    if (options.output_suffix.empty()) return;
    throw WrongUsage{"--output-suffix ends the names of files in a folder: which? give --output-dir DIR too"};
  }
  const std::string& suffix = options.output_suffix;
  if (suffix.find_first_of(std::string_view{"/\0", 2}) != std::string::npos)
    throw WrongUsage{fmt::format("--output-suffix {}: it ends the name of a file, so it has no '/'", suffix)};
  constexpr std::size_t suffix_bytes_max = NAME_MAX - std::numeric_limits<std::uint64_t>::digits10 - 1;
  if (suffix.size() > suffix_bytes_max) {
    throw WrongUsage{fmt::format("--output-suffix of {} bytes: names of files have room for {}",
                                 suffix.size(), suffix_bytes_max)};
  }
  const char* other = options.output                      ? "--output"
                      : options.raw_output                ? "-r"
                      : options.json                      ? "--json"
                      : options.on_error == OnError::null ? "--on-error null"
                                                          : nullptr;
  if (other == nullptr) return;
  throw WrongUsage{fmt::format(
      "--output-dir writes each result into a file, as it is, and {} says otherwise: which?", other)};
}

void take_result_options(const Given& given, const Command& command, Options& options) {
  options.unordered = given.has("--unordered");
  options.raw_output = given.has("--raw-output");
  options.json = given.has("--json");
  options.names = given.has("--names");
  if (options.json && options.names) throw WrongUsage{"--names prints lines, and --json a document: which?"};
  if (options.json && options.raw_output)
    throw WrongUsage{"-r prints strings as they are, and --json prints objects: which?"};
  if (const auto on_error = given.one("--on-error")) options.on_error = parse_on_error(*on_error, command);
  if (options.json && options.on_error == OnError::null)
    throw WrongUsage{"--json prints an object for each failed input, so --on-error null has nothing to do"};
  options.output = given.one("--output");
  options.output_folder = given.one("--output-dir");
  options.output_suffix = given.one("--output-suffix").value_or("");
  check_output_folder(options);
  leave_out_stream(options.output, "/dev/stdout");
  options.failures = file_of(given, "--failures");
  options.journal = file_of(given, "--journal");
  options.resume = given.has("--resume");
  options.log = file_of(given, "--log");
  options.trace = file_of(given, "--trace");
  options.report = file_of(given, "--report");
  if (const auto progress = given.one("--progress")) options.progress = parse_progress(*progress);
}

}  // namespace

Options parse_options(const Command& command, std::span<const std::string> words) {
  CLI::App app;
  declare_options(app, command);
  Arguments arguments = tell_apart(app, words);
  Options options;
  options.command = command.name;
  std::ranges::reverse(arguments.options);  // as CLI11 wants them
  try {
    app.parse(arguments.options);
  } catch (const CLI::CallForHelp&) {
    options.help = true;
    return options;
  } catch (const CLI::ParseError& error) {
    throw WrongUsage{error.what()};
  }
  if (const auto name = repeated_option(app))
    throw WrongUsage{fmt::format("{} is given more than once, and has one value: which?", *name)};
  const Given given{app};
  options.tells_sandbox = command.takes == Takes::name && given.has("--sandbox");
  take_operands(command, std::move(arguments.operands), options);
  if (const auto language = given.one("--lang")) options.language = *language;
  take_work_options(given, options);
  if (!options.tells_sandbox) take_sandbox_options(given, options);
  take_engine_options(given, command, options);
  take_result_options(given, command, options);
  take_input_options(given, options);
  check_written_files(options);
  return options;
}

}  // namespace prong::cli
