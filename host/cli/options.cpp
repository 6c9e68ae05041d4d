// The options of each command, declared to CLI11 and read back.
#include "cli/options.hpp"

#include "cli/arguments.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace prong::cli {

namespace {

CLI::Option* add(CLI::App& app, const char* names, const char* value, const char* description) {
  const std::string text = description;
  return app.add_option(names, text)->type_name(value)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_flag(CLI::App& app, const char* names, const char* description) {
  const std::string text = description;
  app.add_flag(names, text)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void declare(CLI::App& app, const Command& command) {
  app.set_help_flag("-h,--help", "Show this help");
  if (command.takes_inputs) {
    add(app, "--range", "[START:]STOP[:STEP]", "The numbers of Python's range() as inputs");
    add_flag(app, "-R,--raw-input", "Each line of standard input is a str, or bytes, as it stands");
    add_flag(app, "-0,--null", "The same, with a NUL after each instead of a newline");
    add(app, "-j,--jobs", "N", "Worker processes; by default one for each processor");
    add(app, "--chunk", "N", "Inputs that a worker takes at once; by default it adapts");
    add(app, "--bind", "NAME=VALUE", "A parameter's argument for all inputs; may be repeated");
    add(app, "--on-error", command.prints_items ? "skip|stop|null" : "skip|stop",
        command.prints_items ? "A failed input: leave it out (default), end, print null"
                             : "A failed input: leave it out (default), or end there");
  }
  if (command.prints_items) add_flag(app, "--unordered", "Print results as they come");
  if (command.takes == Takes::function) {
    add(app, "--seed", "N", "For functions that draw random numbers");
    add_flag(app, "-r,--raw-output", "Print strings as they are, without quotes");
  } else {
    add_flag(app, "--json", "Print one JSON document");
  }
  if (command.takes == Takes::files) {
    add(app, "--timeout", "SECONDS", "A file that takes longer to load hangs (default 10)");
  } else {
    add(app, "--plugins", "DIR", "A folder to look for plugins in first; may be repeated");
  }
}

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
  // The last one counts.
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
  if (error == std::errc{} && stop == end && seconds > 0 && seconds <= seconds_max)
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>{seconds});
  throw WrongUsage{fmt::format("{} {}: a number of seconds is needed, above 0", name, text)};
}

std::string take_first(std::vector<std::string>& operands) {
  std::string first = std::move(operands.front());
  operands.erase(operands.begin());
  return first;
}

void take_operands(const Command& command, std::vector<std::string> operands, Options& options) {
  if (operands.empty() && command.takes != Takes::nothing) {
    const std::string_view which = command.takes == Takes::function ? "function"
                                   : command.takes == Takes::name   ? "module or function"
                                                                    : "file";
    throw WrongUsage{fmt::format("which {}? prong {} {}", which, command.name, command.operands)};
  }
  if (command.takes == Takes::function) {
    options.function = take_first(operands);
    options.inputs = std::exchange(operands, {});
  } else if (command.takes == Takes::name) {
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

void check_inputs(const Options& options) {
  if (options.range && !options.inputs.empty()) {
    throw WrongUsage{fmt::format("inputs come from --range or from arguments, and there is '{}' too",
                                 options.inputs.front())};
  }
  if (options.raw_lines && (options.range || !options.inputs.empty())) {
    throw WrongUsage{"-R and -0 say how standard input is read, and the inputs come from elsewhere"};
  }
}

}  // namespace

Options parse_options(const Command& command, std::span<const std::string> words) {
  CLI::App app;
  declare(app, command);
  Arguments arguments = tell_apart(app, words);
  Options options;
  std::ranges::reverse(arguments.options);  // as CLI11 wants them
  try {
    app.parse(arguments.options);
  } catch (const CLI::CallForHelp&) {
    options.help = true;
    return options;
  } catch (const CLI::ParseError& error) {
    throw WrongUsage{error.what()};
  }
  const Given given{app};
  take_operands(command, std::move(arguments.operands), options);
  if (const auto range = given.one("--range")) options.range = parse_number_range(*range);
  if (given.has("--raw-input")) options.raw_lines = LineFormat{Encoding::text, '\n'};
  if (given.has("--null")) options.raw_lines = LineFormat{Encoding::text, '\0'};
  for (const std::string& bound : given.all("--bind"))
    options.bound.push_back(parse_bound(bound));
  given.number("--jobs", 1U, options.workers);
  given.number("--chunk", std::uint64_t{1}, options.chunk_size);
  given.number("--seed", std::uint64_t{0}, options.seed);
  options.unordered = given.has("--unordered");
  options.raw_output = given.has("--raw-output");
  options.json = given.has("--json");
  if (const auto on_error = given.one("--on-error")) options.on_error = parse_on_error(*on_error, command);
  if (const auto seconds = given.one("--timeout"))
    options.load_timeout = parse_seconds("--timeout", *seconds);
  for (const std::string& folder : given.all("--plugins"))
    options.plugins.emplace_back(folder);
  check_inputs(options);
  return options;
}

std::string list_options(const Command& command) {
  CLI::App app;
  declare(app, command);
  return dynamic_cast<const CLI::Formatter&>(*app.get_formatter())
      .make_groups(&app, CLI::AppFormatMode::Normal);
}

}  // namespace prong::cli
