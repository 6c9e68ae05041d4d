// Which options each command has, declared to CLI11.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace prong::cli {

struct Command;

void declare_options(CLI::App& app, const Command& command);
// One that was given more than once and has one value: "--jobs".
[[nodiscard]] std::optional<std::string> repeated_option(const CLI::App& app);

// An option, as help, manual and completions show it.
struct OptionText {
  std::string letter;  // "-j"; may be empty
  std::string name;    // "--jobs"
  std::string value;   // "N", "FILE", "skip|stop"; empty: it takes none
  std::string description;

  [[nodiscard]] bool is_file() const { return value == "FILE"; }
  [[nodiscard]] bool is_folder() const { return value == "DIR"; }
  // What the value may be; empty: that is no short list.
  [[nodiscard]] std::vector<std::string> choices() const;
};
[[nodiscard]] std::vector<OptionText> option_texts(const Command& command);

}  // namespace prong::cli
