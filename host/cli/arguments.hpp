// The words of a command line, told apart: options with their values, and operands.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace prong::cli {

struct Arguments {
  std::vector<std::string> options;   // "--name" or "-n", each followed by its value if it takes one
  std::vector<std::string> operands;  // as they stand on the command line, also "", "[1,2]", "++" and "-1"
};

// Options may stand anywhere; "--" ends them. A word that begins with a minus and a digit is a number, unless
// it is an option's whole name. Throws WrongUsage for unknown options and missing values.
//
// CLI11 itself would split "[1,2]", stop at "++", take "-1" or the name of a command for something else: it
// only gets the options.
[[nodiscard]] Arguments tell_apart(const CLI::App& app, std::span<const std::string> words);

}  // namespace prong::cli
