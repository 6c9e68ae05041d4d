// The table of commands, and their help.
#include "cli/commands.hpp"

#include "cli/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace prong::cli {

namespace {

constexpr std::array table{
    Command{
        .name = "run",
        .operands = "FUNCTION [INPUT…]",
        .summary = "Call a function for every input, then its result function with all results",
        .description =
            R"(Inputs are as for `prong map`. The results go, all at once and in the order of the inputs, to the
result function of the same name, and what that returns is printed. It gets the results of those
inputs that did not fail, and is told which these are.
)",
        .examples = R"(prong run examples.square --range 10
seq 1000000 | prong run examples.cube
prong run examples.square -r 3 4 5
prong run text.count --input notes.txt --json
)",
        .run = run,
        .takes_inputs = true},
    Command{
        .name = "map",
        .operands = "FUNCTION [INPUT…]",
        .summary = "Call a function for every input and print the results, one a line",
        .description =
            R"(Inputs are the operands, or the numbers of --range, or what a file holds, or else the lines of
standard input as they come. Each is a JSON value; for a function of several parameters an array of
them. Only an operand for a str or bytes is taken as it stands. Of a .csv file, columns are the
parameters of their names; of a .npy file, values or rows are the inputs.
A result is a line of JSON, in the order of the inputs. A failed input is a line on standard error.
)",
        .examples = R"(prong map examples.square 1 2 3
seq 1000000 | prong map examples.square
prong map examples.hypot '[3,4]' '[5,12]'
prong map examples.power --bind exponent=3 --range 1:6
ls | prong map examples.upper -R -r
prong map examples.hypot --input points.csv --output lengths.npy
prong map examples.upper -r --files *.txt
prong map examples.sqrt --input numbers.jsonl --failures failed.jsonl
prong map examples.sqrt --again failed.jsonl
prong map examples.power --bind exponent=3 --range 100 --journal cubes.journal --resume
prong map examples.upper --files *.txt --output-dir upper
prong map examples.upper -r --files *.txt --sandbox strict --memory 256M --cpu 10
prong map examples.sqrt 4 9 --json
)",
        .run = map,
        .takes_inputs = true,
        .prints_items = true},
    Command{.name = "call",
            .operands = "FUNCTION ARG…",
            .summary = "Call a function once, with an ARG for each of its parameters, and print the result",
            .description = R"(An ARG for a str or bytes is taken as it stands, any other is JSON.
)",
            .examples = R"(prong call examples.sqrt 2
prong call examples.hypot 3 4
prong call examples.upper -r 'hello, world'
)",
            .run = call},
    Command{
        .name = "bench",
        .operands = "FUNCTION [INPUT…]",
        .summary = "Measure how many inputs a second a function takes, by one worker and by all",
        .description =
            R"(Inputs are as for `prong map`; all of them are kept in memory. They are worked on again and again,
for about a second a row: by one worker, by as many as there are processors (or -j), and by these
with a task for each input, which tells what a task costs. A row shows its quickest round. With --on,
all workers are those of the engine's nodes, and there is no row of one.
)",
        .examples = R"(prong bench examples.square --range 100000
prong bench examples.power --bind exponent=0.5 --range 1000 --json
)",
        .run = bench,
        .takes_inputs = true,
        .measures = true},
    Command{
        .name = "worker",
        .operands = "--on ADDRESS",
        .summary = "Work for an engine: run what prong map --on ADDRESS sends to this machine",
        .description =
            R"(The functions are those of this machine's plugin path; a plugin that is dropped into a folder is
offered within seconds. Everything runs in a pool of this machine, at the level of --sandbox. Needs
a broker, as gearmand -L HOST -j 3 -R; or MPI, where mpirun --map-by ppr:1:node --bind-to none
prong map … --on mpi makes a worker of each rank, without this command. The first signal ends it
when what it runs is done, the second at once; what it had, other nodes run.
)",
        .examples = R"(prong worker --on gearman://127.0.0.1:4730
prong worker --on gearman://head:4730,spare:4730 --key cluster.key --slots 8 --sandbox strict
)",
        .run = worker,
        .takes = Takes::nothing,
        .serves = true},
    Command{
        .name = "list",
        .operands = "",
        .summary = "Show the modules and functions on the plugin path, and which files are refused",
        .description =
            R"(The plugin path: --plugins, then PRONG_PLUGIN_PATH (separated by colons), then prong/plugins in
$XDG_DATA_HOME or else in ~/.local/share, then the plugins that came with Prong. Nothing of a
plugin is run.
)",
        .examples = R"(prong list
prong list --json
prong list --names
)",
        .run = list,
        .takes = Takes::nothing},
    Command{
        .name = "info",
        .operands = "NAME",
        .summary = "Show everything known about a module or a function",
        .description =
            R"(NAME is a module or module.function. The file, its build, its ABI, the libraries that it needs;
of each function the signature, what it does, and its symbol. A file that is not used is shown with
the reason; if it is the one that should be, the exit status is 3. Nothing of a plugin is run.
With --sandbox instead of a NAME: what workers cannot do at each level of sandbox, tried here.
)",
        .examples = R"(prong info text
prong info examples.square
prong info examples.square --json
prong info --sandbox
)",
        .run = info,
        .takes = Takes::name},
    Command{
        .name = "check",
        .operands = "FILE…",
        .summary = "Find out whether files would load and work as plugins",
        .description =
            R"(A FILE may lie anywhere. Each is looked at as if its folder were on the plugin path, and loaded, in
a process of its own. Every finding says what is required, what was found, and how to mend it. An
error is what a plugin is refused for; a warning is not. The exit status is 3 with errors, else 0.
)",
        .examples = R"(prong check examples.so
prong check --json --timeout 2 *.so
)",
        .run = check,
        .takes = Takes::files},
    Command{
        .name = "new",
        .operands = "MODULE",
        .summary = "Start a plugin: a project that builds, installs and passes its tests",
        .description =
            R"(Makes the folder MODULE with a CMakeLists.txt, a source with a map function and a result function,
and a README.md. It finds Prong with find_package(prong). Rust needs rustc, 1.82 or newer.
)",
        .examples = R"(prong new acme.stats
prong new readings --lang c
prong new gauges --lang rust
)",
        .run = new_plugin,
        .takes = Takes::module},
};

constexpr std::string_view head =
    R"(Prong runs functions of shared-library plugins over data, in a pool of worker processes.

Commands:
)";
constexpr std::string_view tail = R"(
prong COMMAND --help says more of each, with examples; prong --version says which Prong this is.

Exit status:
)";

constexpr std::array statuses{
    StatusText{"0", "all returned"},
    StatusText{"1", "some input failed"},
    StatusText{"2", "the command line is wrong, or arguments do not fit the function"},
    StatusText{"3", "the function or plugin was not found, or refused"},
    StatusText{"4", "the pool, the input or the output failed"},
    StatusText{"130, 143, 129", "interrupted by SIGINT, SIGTERM, SIGHUP"},
    StatusText{"141", "standard output was closed"},
};

}  // namespace

std::span<const Command> commands() { return table; }

const Command* find_command(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &Command::name);
  return found == table.end() ? nullptr : found;
}

WrongUsage unknown_command(const std::string& name) {
  const bool is_option = name.starts_with('-');
  std::vector<std::string> names = {"--help", "--version"};
  if (!is_option) names = {"help"};
  for (const Command& command : table) {
    if (!is_option) names.emplace_back(command.name);
  }
  const auto meant = suggestion(name, names);
  return WrongUsage{fmt::format("unknown {} '{}'{}", is_option ? "option" : "command", name,
                                meant ? fmt::format(" (did you mean '{}'?)", *meant) : "; see prong --help")};
}

std::span<const StatusText> exit_statuses() { return statuses; }

std::string help() {
  std::string text{head};
  const std::size_t column =
      std::ranges::max(table, {}, [](const Command& one) { return one.name.size(); }).name.size() + 2;
  for (const Command& command : table)
    text += fmt::format("  {:<{}}{}\n", command.name, column, command.summary);
  text += tail;
  for (const StatusText& one : statuses)
    text += fmt::format("  {:<15}{}\n", one.status, one.meaning);
  return text;
}

std::string help(const Command& command) {
  std::string text = fmt::format("prong {}{}{} [OPTION…]\n\n{}.\n{}{}\nExamples:\n", command.name,
                                 command.operands.empty() ? "" : " ", command.operands, command.summary,
                                 command.description, list_options(command));
  for (std::string_view rest = command.examples; !rest.empty();) {
    const std::size_t end = rest.find('\n') + 1;
    text += fmt::format("  {}", rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return text;
}

}  // namespace prong::cli
