// Manual pages.
#include "cli/commands.hpp"
#include "cli/option_table.hpp"
#include "cli/pages/pages.hpp"

#include <prong/version.hpp>
#include <prong/wording.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace prong::cli {

namespace {

std::uint32_t code_point(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  std::uint32_t code = first & (0x7fU >> sequence.size());
  for (const char next : sequence.substr(1))
    code = code << 6 | (static_cast<unsigned char>(next) & 0x3fU);
  return code;
}

// Text as it stands. A hyphen is a minus here: what stands in a manual is typed again.
std::string roff(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const auto [length, valid] = utf8_sequence(text);
    const char first = text.front();
    if (valid && length > 1) {
      escaped += fmt::format("\\[u{:04X}]", code_point(text.substr(0, length)));
    } else if (first == '\\') {
      escaped += "\\(rs";
    } else if (first == '-') {
      escaped += "\\-";
    } else if (first == '\'') {
      escaped += "\\(aq";
    } else if (first == '.') {
      escaped += "\\&.";
    } else {
      escaped += first;
    }
    text.remove_prefix(length);
  }
  return escaped;
}

// What is in backquotes is bold.
std::string paragraph(std::string_view text) {
  std::string out;
  for (bool bold = false; !text.empty(); bold = !bold) {
    const std::size_t end = std::min(text.find('`'), text.size());
    const std::string part = roff(text.substr(0, end));
    out += bold ? "\\fB" + part + "\\fR" : part;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string title(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return fmt::format(".\\\" Made of the tables in host/cli.\n.TH {} 1 \"\" \"Prong {}\" \"User Commands\"\n",
                     roff(name), version());
}

std::string head(const OptionText& option) {
  std::string text;
  if (!option.letter.empty()) text += fmt::format("\\fB{}\\fR, ", roff(option.letter));
  text += fmt::format("\\fB{}\\fR", roff(option.name));
  return option.value.empty() ? text : text + fmt::format(" \\fI{}\\fR", roff(option.value));
}

std::string lines_of(std::string_view examples) {
  std::string text = ".nf\n";
  while (!examples.empty()) {
    const std::size_t end = examples.find('\n');
    text += roff(examples.substr(0, end)) + '\n';
    examples.remove_prefix(end + 1);
  }
  return text + ".fi\n";
}

std::string exit_status_section() {
  std::string text = ".SH EXIT STATUS\n";
  for (const StatusText& one : exit_statuses())
    text += fmt::format(".TP\n.B {}\n{}\n", roff(one.status), paragraph(one.meaning));
  return text;
}

}  // namespace

std::string manual() {
  std::string text =
      title("prong") +
      ".SH NAME\nprong \\- run functions of plugins over data, in worker processes\n"
      ".SH SYNOPSIS\n.B prong\n.I COMMAND\n[\\fIOPERAND\\fR ...] [\\fIOPTION\\fR ...]\n"
      ".SH DESCRIPTION\n"
      "A plugin is a shared library with functions that are found by name, \\fImodule.function\\fR.\n"
      "They run in a pool of worker processes: a function that crashes, hangs or exits fails the\n"
      "input that it was called with, and nothing else.\n"
      "Results are the only thing on standard output.\n"
      ".SH COMMANDS\n";
  for (const Command& command : commands()) {
    text += fmt::format(".TP\n\\fBprong {}\\fR {}\n{}. See \\fBprong\\-{}\\fR(1).\n", command.name,
                        roff(command.operands), paragraph(command.summary), command.name);
  }
  text +=
      ".SH OPTIONS\n.TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nShow help; of a command, after its name.\n"
      ".TP\n.B \\-\\-version\nShow the version.\n"
      ".SH ENVIRONMENT\n.TP\n.B PRONG_PLUGIN_PATH\nFolders with plugins, separated by colons.\n"
      ".TP\n.B XDG_DATA_HOME\nPlugins of the user are in \\fIprong/plugins\\fR below it, by default below\n"
      "\\fI~/.local/share\\fR.\n"
      ".TP\n.B NO_COLOR\nWhen it is not empty, nothing is coloured.\n";
  text += exit_status_section() + ".SH SEE ALSO\n";
  for (const Command& command : commands())
    text += fmt::format(".BR prong\\-{} (1){}\n", command.name, &command == &commands().back() ? "" : ",");
  return text;
}

std::string manual(const Command& command) {
  const std::string name = fmt::format("prong-{}", command.name);
  std::string text = title(name) + fmt::format(".SH NAME\n{} \\- {}\n", roff(name), roff(command.summary));
  text += fmt::format(".SH SYNOPSIS\n.B prong {}\n", command.name);
  if (!command.operands.empty()) text += fmt::format(".I {}\n", roff(command.operands));
  text += "[\\fIOPTION\\fR ...]\n.SH DESCRIPTION\n" + paragraph(command.description) + ".SH OPTIONS\n";
  for (const OptionText& option : option_texts(command))
    text += fmt::format(".TP\n{}\n{}.\n", head(option), paragraph(option.description));
  return text + ".SH EXAMPLES\n" + lines_of(command.examples) + exit_status_section() +
         ".SH SEE ALSO\n.BR prong (1)\n";
}

}  // namespace prong::cli
