// Completion for fish: a line for each option of each command.
#include "cli/commands.hpp"
#include "cli/option_table.hpp"
#include "cli/pages/pages.hpp"

#include <fmt/format.h>

#include <string_view>

namespace prong::cli {

namespace {

constexpr std::string_view head = R"(# Completion of prong for fish. Made of the tables in host/cli.

# Names of functions, and for info of modules too, with the --plugins of the command line.
function __prong_names
    set -l plugins
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case --plugins
                set -q words[(math $i + 1)]; and set -a plugins --plugins $words[(math $i + 1)]
            case '--plugins=*'
                set -a plugins $words[$i]
        end
    end
    set -l names (prong list --names $plugins 2>/dev/null)
    string join \n -- $names
    test "$argv[1]" = info; and string replace -r '\.[^.]*$' '' -- $names | sort -u
end

# Whether the command is this one.
function __prong_is
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end

complete -c prong -f
complete -c prong -n __fish_use_subcommand -s h -l help -d 'Show help'
complete -c prong -n __fish_use_subcommand -l version -d 'Show the version'
complete -c prong -n __fish_use_subcommand -a help -d 'Show help'
)";

std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return "'" + out + "'";
}

std::string option_line(const Command& command, const OptionText& option) {
  std::string text =
      fmt::format("complete -c prong -n '__prong_is {}' -l {}", command.name, option.name.substr(2));
  if (!option.letter.empty()) text += fmt::format(" -s {}", option.letter.substr(1));
  if (option.is_file()) {
    text += " -r -F";
  } else if (option.is_folder()) {
    text += " -x -a '(__fish_complete_directories)'";
  } else if (!option.value.empty()) {
    text += fmt::format(" -x -a '{}'", fmt::join(option.choices(), " "));
  }
  return text + fmt::format(" -d {}\n", in_quotes(option.description));
}

std::string operand_line(const Command& command) {
  switch (command.takes) {
    case Takes::function:
      return fmt::format("complete -c prong -n '__prong_is {0}' -F -a '(__prong_names {0})'\n", command.name);
    case Takes::name:
      return fmt::format("complete -c prong -n '__prong_is {0}' -a '(__prong_names {0})'\n", command.name);
    case Takes::files:
      return fmt::format("complete -c prong -n '__prong_is {}' -F\n", command.name);
    default:
      return "";
  }
}

}  // namespace

std::string fish_completion() {
  std::string text{head};
  std::string names;
  for (const Command& command : commands()) {
    names += fmt::format("{} ", command.name);
    text += fmt::format("complete -c prong -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        in_quotes(command.summary));
    for (const OptionText& option : option_texts(command))
      text += option_line(command, option);
    text += operand_line(command);
  }
  return text + fmt::format("complete -c prong -n '__prong_is help' -a '{}'\n", names);
}

}  // namespace prong::cli
