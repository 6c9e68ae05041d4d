// Place holders for closed standard streams.
#include "cli/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace prong::cli {

namespace {

void hold(int descriptor, int mode) noexcept {
  if (::fcntl(descriptor, F_GETFD) != -1) return;
  // Gets the lowest free number, which is this one: those below are taken by now.
  static_cast<void>(::open("/dev/null", mode));
}

}  // namespace

void hold_closed_streams() noexcept {
  hold(STDIN_FILENO, O_WRONLY);
  hold(STDOUT_FILENO, O_RDONLY);
  hold(STDERR_FILENO, O_WRONLY);
}

}  // namespace prong::cli
