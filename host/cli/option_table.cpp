// The tables, and the help that CLI11 makes of them.
#include "cli/option_table.hpp"

#include "cli/commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace prong::cli {

namespace {

constexpr auto once = CLI::MultiOptionPolicy::TakeLast;
constexpr auto often = CLI::MultiOptionPolicy::TakeAll;

void add(CLI::App& app, const char* names, const char* value, const char* description,
         CLI::MultiOptionPolicy how_often = once) {
  const std::string text = description;
  app.add_option(names, text)->type_name(value)->multi_option_policy(how_often);
}

void add_flag(CLI::App& app, const char* names, const char* description) {
  const std::string text = description;
  app.add_flag(names, text)->multi_option_policy(often);
}

void declare_inputs(CLI::App& app) {
  add(app, "--range", "[START:]STOP[:STEP]", "The numbers of Python's range() as inputs");
  add(app, "--input", "FILE", "Inputs from a file: .jsonl, .csv, .npy, .txt");
  add(app, "--again", "FILE", "The inputs that failed before, from a file of --failures");
  add_flag(app, "-R,--raw-input", "Each line of the input is a str, or bytes, as it stands");
  add_flag(app, "-0,--null", "The same, with a NUL after each instead of a newline");
  add_flag(app, "--files", "Inputs are paths of files; the function gets what these hold");
  add(app, "-j,--jobs", "N", "Worker processes; by default one for each processor");
  add(app, "--chunk", "N", "Inputs that a worker takes at once; by default it adapts");
  add(app, "--bind", "NAME=VALUE", "A parameter's argument for all inputs; may be repeated", often);
}

void declare_sandbox(CLI::App& app) {
  add(app, "--sandbox", "none|limits|strict", "How far workers are kept from the system (default none)");
  add(app, "--memory", "SIZE", "What a worker may have, as 512M; implies --sandbox limits");
  add(app, "--cpu", "SECONDS", "Processor time that one input may take; implies the same");
  add(app, "--descriptors", "N", "Files that a worker may have open (default 256); implies the same");
  add(app, "--allow-read", "DIR", "A folder that --sandbox strict lets workers read; may be repeated", often);
}

void declare_engine(CLI::App& app, const Command& command) {
  add(app, "--on", "ADDRESS",
      command.serves ? "The engine to work for: gearman://HOST[:PORT][,HOST…] or mpi"
                     : "Run on an engine's nodes: gearman://HOST[:PORT][,HOST…] or mpi");
  add(app, "--key", "FILE", "32 bytes that client and nodes share: all is sealed with it");
  add_flag(app, "--insecure", "Do without a key also where others reach the broker");
  add(app, "--patience", "SECONDS", "Who is silent for so long is lost (default 10)");
  if (!command.serves) add_flag(app, "--any-build", "Nodes may have other builds of the plugin");
}

void declare_endings(CLI::App& app, const Command& command) {
  add(app, "--on-error", command.prints_items ? "skip|stop|null" : "skip|stop",
      command.prints_items ? "A failed input: leave it out (default), end, print null"
                           : "A failed input: leave it out (default), or end there");
  add(app, "--failures", "FILE", "Write a line of JSON for each failed input, with the input");
  add(app, "--journal", "FILE", "Remember in this file how each input ended");
  add_flag(app, "--resume", "Go on from what the journal remembers");
  add(app, "--log", "FILE", "Write a line of JSON for each input: start, time, worker, outcome");
  add(app, "--trace", "FILE", "Write what each worker did when, for ui.perfetto.dev");
  add(app, "--report", "FILE", "Write a page of HTML about the run");
  add(app, "--progress", "auto|always|never",
      "Tell on standard error how far it is; by default on a terminal");
}

const char* what_json_prints(const Command& command) {
  if (command.prints_items) return "Print an object for each input: its result, or all of its failure";
  if (command.takes_inputs) return "Print an object for each failed input, and one for the answer";
  return "Print an object: the result, or all of the failure";
}

}  // namespace

void declare_options(CLI::App& app, const Command& command) {
  app.set_help_flag("-h,--help", "Show this help");
  if (command.takes == Takes::module) {
    add(app, "--lang", "c++|c|rust", "What it is written in (default c++)");
    add_flag(app, "--json", "Print one JSON document");
    return;
  }
  if (command.serves) {
    declare_engine(app, command);
    add(app, "--slots", "N", "Worker processes; by default one for each processor");
    declare_sandbox(app);
    add(app, "--core", "DIR", "Keep core dumps of workers that crash in this folder");
    add(app, "--plugins", "DIR", "A folder to look for plugins in first; may be repeated", often);
    return;
  }
  if (command.takes_inputs) declare_inputs(app);
  if (command.takes == Takes::function) {
    add(app, "--timeout", "SECONDS", "What one input may take; then its worker is killed");
    add(app, "--retries", "N", "Run an input that fails so many times more");
    declare_sandbox(app);
    add(app, "--core", "DIR", "Keep core dumps of workers that crash in this folder");
    declare_engine(app, command);
  }
  if (command.takes_inputs && !command.measures) declare_endings(app, command);
  if (command.prints_items) {
    add(app, "--output", "FILE", "Results into a file: .jsonl, .npy, .txt");
    add(app, "--output-dir", "DIR", "Each result, a str or bytes, into a file there, called as its input");
    add(app, "--output-suffix", "TEXT", "What these names end in, as .png");
    add_flag(app, "--unordered", "Print results as they come");
  }
  if (command.takes == Takes::function) add(app, "--seed", "N", "For functions that draw random numbers");
  if (command.takes == Takes::function && !command.measures) {
    add_flag(app, "-r,--raw-output", "Print strings as they are, without quotes");
    add_flag(app, "--json", what_json_prints(command));
  } else {
    add_flag(app, "--json", "Print one JSON document");
  }
  if (command.takes == Takes::name)
    add_flag(app, "--sandbox", "Show what each level of sandbox prevents on this system");
  if (command.takes == Takes::nothing)
    add_flag(app, "--names", "Print just the names of map functions, one a line");
  if (command.takes == Takes::files) {
    add(app, "--timeout", "SECONDS", "A file that takes longer to load hangs (default 10)");
  } else {
    add(app, "--plugins", "DIR", "A folder to look for plugins in first; may be repeated", often);
  }
}

std::optional<std::string> repeated_option(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_multi_option_policy() == once && option->count() > 1)
      return "--" + option->get_lnames().front();
  }
  return std::nullopt;
}

std::vector<std::string> OptionText::choices() const {
  std::vector<std::string> all;
  if (value.find('|') == std::string::npos) return all;
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find('|', at), value.size());
    all.push_back(value.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

std::vector<OptionText> option_texts(const Command& command) {
  CLI::App app;
  declare_options(app, command);
  std::vector<OptionText> texts;
  for (const CLI::Option* option : app.get_options()) {
    const auto& letters = option->get_snames();
    texts.push_back({.letter = letters.empty() ? std::string{} : "-" + letters.front(),
                     .name = "--" + option->get_lnames().front(),
                     .value = option->get_items_expected_max() > 0 ? option->get_type_name() : std::string{},
                     .description = option->get_description()});
  }
  return texts;
}

std::string list_options(const Command& command) {
  CLI::App app;
  declare_options(app, command);
  return dynamic_cast<const CLI::Formatter&>(*app.get_formatter())
      .make_groups(&app, CLI::AppFormatMode::Normal);
}

}  // namespace prong::cli
