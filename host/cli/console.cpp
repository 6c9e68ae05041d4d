// Complete writes.
#include "cli/console.hpp"

#include "cli/exit_status.hpp"

#include <prong/wording.hpp>

#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string>
#include <vector>

namespace prong::cli::console {

namespace {

// 0, or the error. Waits where the descriptor does not: whoever shares it may have set O_NONBLOCK.
int write_all(int descriptor, std::span<iovec> parts) noexcept {
  while (!parts.empty()) {
    const int count = static_cast<int>(std::min<std::size_t>(parts.size(), IOV_MAX));
    const ssize_t written = ::writev(descriptor, parts.data(), count);
    if (written < 0 && errno == EAGAIN) {
      pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&writable, 1, -1);
    } else if (written < 0 && errno != EINTR) {
      return errno;
    }
    auto rest = static_cast<std::size_t>(std::max<ssize_t>(written, 0));
    while (!parts.empty() && rest >= parts.front().iov_len) {
      rest -= parts.front().iov_len;
      parts = parts.subspan(1);
    }
    if (rest > 0) {
      parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + rest;
      parts.front().iov_len -= rest;
    }
  }
  return 0;
}

iovec vector_of(std::string_view text) noexcept { return {const_cast<char*>(text.data()), text.size()}; }

std::string line_of(std::string_view sentence) { return "prong: " + prong::printable(sentence) + '\n'; }

void write_error(std::string_view lines) noexcept {
  std::array part{vector_of(lines)};
  // Where would one complain?
  static_cast<void>(write_all(STDERR_FILENO, part));
}

}  // namespace

void print(std::string_view text) { print(std::array{text}); }

void print(std::span<const std::string_view> parts) {
  std::vector<iovec> vectors;
  vectors.reserve(parts.size());
  for (const std::string_view part : parts) {
    if (!part.empty()) vectors.push_back(vector_of(part));
  }
  if (const int error = write_all(STDOUT_FILENO, vectors); error != 0) throw OutputFailed{error};
}

void complain(std::string_view sentence) noexcept { write_error(line_of(sentence)); }

void report(std::span<const Failure> failures) noexcept {
  std::string lines;
  for (const Failure& failure : failures)
    lines += "prong: " + failure.message() + '\n';
  if (!lines.empty()) write_error(lines);
}

void report_call(Failure failure) noexcept {
  failure.index = Failure::no_item;
  report({&failure, 1});
}

bool shows_colours() noexcept {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace prong::cli::console
