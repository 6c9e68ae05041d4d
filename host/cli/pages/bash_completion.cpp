// Completion for bash: tables in `case`s, and around them what reads the command line.
#include "cli/commands.hpp"
#include "cli/option_table.hpp"
#include "cli/pages/pages.hpp"

#include <fmt/format.h>

#include <functional>
#include <string_view>

namespace prong::cli {

namespace {

constexpr std::string_view head = R"(# Completion of prong for bash. Made of the tables in host/cli.

# Names of functions, and for info of modules too, with the --plugins of the command line.
_prong_names() {
  local -a plugins=()
  local i
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == --plugins ]] || continue
    [[ ${COMP_WORDS[i + 1]} == = ]] && plugins+=(--plugins "${COMP_WORDS[i + 2]}") || plugins+=(--plugins "${COMP_WORDS[i + 1]}")
  done
  local names
  names=$("${COMP_WORDS[0]}" list --names "${plugins[@]}" 2>/dev/null)
  [[ $1 == info ]] && names+=$'\n'$(sed 's/\.[^.]*$//' <<<"$names" | sort -u)
  mapfile -t COMPREPLY < <(compgen -W "$names" -- "$2")
}

_prong_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }

_prong_paths() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
  compopt -o filenames 2>/dev/null
}

_prong() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  COMPREPLY=()
  # --option=value is three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
)";

constexpr std::string_view tail = R"(
  if [[ $word == -* ]]; then
    _prong_words "$options" "$word"
    return
  fi
  # Operands before this one.
  local i operands=0
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == = ]] && ((i++)) && continue
    [[ ${COMP_WORDS[i]} == -* ]] || ((operands++))
    [[ " $valued " == *" ${COMP_WORDS[i]} "* && ${COMP_WORDS[i + 1]} != = ]] && ((i++))
  done
  case $command in
)";

using Chosen = std::function<bool(const OptionText&)>;

// "\"map --input\" | \"map --again\"", by name and by letter.
std::string patterns(const Command& command, const Chosen& chosen) {
  std::vector<std::string> all;
  for (const OptionText& option : option_texts(command)) {
    if (!chosen(option)) continue;
    all.push_back(fmt::format("{} {}", command.name, option.name));
    if (!option.letter.empty()) all.push_back(fmt::format("{} {}", command.name, option.letter));
  }
  std::string text;
  for (const std::string& one : all)
    text += fmt::format("{}\"{}\"", text.empty() ? "" : " | ", one);
  return text;
}

std::string value_case(const Command& command, const Chosen& chosen, std::string_view action) {
  const std::string which = patterns(command, chosen);
  return which.empty() ? which : fmt::format("    {}) {}return ;;\n", which, action);
}

std::string value_cases(const Command& command) {
  std::string text;
  for (const OptionText& option : option_texts(command)) {
    if (option.choices().empty()) continue;
    text += value_case(
        command, [&](const OptionText& one) { return one.name == option.name; },
        fmt::format("_prong_words \"{}\" \"$word\"; ", fmt::join(option.choices(), " ")));
  }
  text += value_case(command, &OptionText::is_file, "_prong_paths -f \"$word\"; ");
  text += value_case(command, &OptionText::is_folder, "_prong_paths -d \"$word\"; ");
  return text + value_case(
                    command,
                    [](const OptionText& one) {
                      return !one.value.empty() && !one.is_file() && !one.is_folder() &&
                             one.choices().empty();
                    },
                    "");
}

std::string option_case(const Command& command) {
  std::string options;
  std::string valued;
  for (const OptionText& option : option_texts(command)) {
    options += option.name + ' ';
    if (!option.value.empty()) valued += option.letter + ' ' + option.name + ' ';
  }
  return fmt::format("    {}) options=\"{}\" valued=\"{}\" ;;\n", command.name, options, valued);
}

std::string operand_case(const Command& command) {
  switch (command.takes) {
    case Takes::function:
    case Takes::name:
      return fmt::format(
          "    {0}) ((operands == 0)) && _prong_names {0} \"$word\" || _prong_paths -f \"$word\" ;;\n",
          command.name);
    case Takes::files:
      return fmt::format("    {}) _prong_paths -f \"$word\" ;;\n", command.name);
    default:
      return "";
  }
}

}  // namespace

std::string bash_completion() {
  std::string names;
  std::string values;
  std::string options;
  std::string operands;
  for (const Command& command : commands()) {
    names += fmt::format("{} ", command.name);
    values += value_cases(command);
    options += option_case(command);
    operands += operand_case(command);
  }
  return std::string{head} +
         fmt::format(R"(  if ((COMP_CWORD == 1)) || [[ $command == help ]]; then
    _prong_words "{}help --help --version" "$word"
    return
  fi
  case "$command $before" in
{}  esac
  local options= valued=
  case $command in
{}  esac)",
                     names, values, options) +
         std::string{tail} + operands + "  esac\n}\n\ncomplete -F _prong prong\n";
}

}  // namespace prong::cli
