// What is made of the tables of commands and options: each function gives the text of one file.
#pragma once

#include <string>

namespace prong::cli {

struct Command;

// roff, for man(7). Of the tool, and of one command.
[[nodiscard]] std::string manual();
[[nodiscard]] std::string manual(const Command& command);

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace prong::cli
