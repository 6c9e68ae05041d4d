// How the process ends, and the errors that the tool itself finds.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>

namespace prong::cli {

enum class ExitStatus : int {
  success = 0,         // all items returned
  item_failed = 1,     // some item failed, or the one call
  wrong_usage = 2,     // of the command line, or arguments that do not fit the function
  cannot_find = 3,     // no such function or plugin, or it was refused
  broken = 4,          // the pool, the input or the output
  output_closed = 141  // as a process that SIGPIPE ended, as the shell tells it
};

// The command line is wrong.
class WrongUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The input cannot be read, or is not what its name says.
class InputFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  InputFailed(const std::string& name, int error)
      : std::runtime_error{"cannot read " + name + ": " + std::strerror(error)} {}
};

// Standard output, or a file, cannot be written.
class OutputFailed : public std::runtime_error {
 public:
  OutputFailed(const std::string& name, int error)
      : std::runtime_error{"cannot write to " + name + ": " + std::strerror(error)}, error_{error} {}
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  int error_;
};

}  // namespace prong::cli
