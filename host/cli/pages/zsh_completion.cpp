// Completion for zsh: specifications of _arguments.
#include "cli/commands.hpp"
#include "cli/option_table.hpp"
#include "cli/pages/pages.hpp"

#include <fmt/format.h>

#include <string_view>

namespace prong::cli {

namespace {

constexpr std::string_view head = R"zsh(#compdef prong
# Completion of prong for zsh. Made of the tables in host/cli.

# Names of functions, and for info of modules too, with the --plugins of the command line.
_prong_names() {
  local -a plugins names
  local i
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      --plugins) plugins+=(--plugins $words[i+1]) ;;
      --plugins=*) plugins+=($words[i]) ;;
    esac
  done
  names=(${(f)"$(prong list --names $plugins 2>/dev/null)"})
  [[ $1 == info ]] && names+=(${(u)names%.*})
  compadd -a names
}

_prong() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
)zsh";

// In single quotes, inside of which [ ] : mean something.
std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string value_part(const OptionText& option) {
  if (option.value.empty()) return "";
  const std::string choices = fmt::format("({})", fmt::join(option.choices(), " "));
  return fmt::format(":{}:{}", in_quotes(option.value),
                     option.is_file()           ? "_files"
                     : option.is_folder()       ? "_files -/"
                     : option.choices().empty() ? " "
                                                : choices);
}

// The same for the letter and the name. "--x=" says that the value may join.
std::string option_line(const OptionText& option) {
  const std::string what = fmt::format("[{}]{}", in_quotes(option.description), value_part(option));
  std::string text = fmt::format("        '*{}{}{}'\n", option.name, option.value.empty() ? "" : "=", what);
  if (!option.letter.empty())
    text += fmt::format("        '*{}{}{}'\n", option.letter, option.value.empty() ? "" : "+", what);
  return text;
}

std::string operand_lines(const Command& command) {
  switch (command.takes) {
    case Takes::function:
      return "        '1:function:_prong_names' '*:input:_files'\n";
    case Takes::name:
      return "        '1:name:_prong_names info'\n";
    case Takes::files:
      return "        '*:file:_files'\n";
    case Takes::module:
      return "        '1:module: '\n";
    default:
      return "";
  }
}

std::string command_case(const Command& command) {
  std::string text = fmt::format("    {})\n      specs=(\n", command.name);
  for (const OptionText& option : option_texts(command))
    text += option_line(option);
  return text + operand_lines(command) + "      )\n      ;;\n";
}

}  // namespace

std::string zsh_completion() {
  std::string text{head};
  for (const Command& command : commands())
    text += fmt::format("    '{}:{}'\n", command.name, in_quotes(command.summary));
  text += R"(    'help:Show help'
  )
  _arguments -C '(- *)'{-h,--help}'[Show help]' '(- *)--version[Show the version]' \
    '1:command:->command' '*::argument:->argument'
  if [[ $state == command ]]; then
    _describe command commands
    return
  fi
  [[ $state == argument ]] || return
  local -a specs
  case $words[1] in
)";
  for (const Command& command : commands())
    text += command_case(command);
  return text + R"(    help) specs=('1:command:(${commands%%:*})') ;;
  esac
  _arguments -s $specs
}

# Sourced, or autoloaded by compinit.
if [[ $funcstack[1] == _prong ]]; then
  _prong "$@"
else
  compdef _prong prong
fi
)";
}

}  // namespace prong::cli
