// One writev after the other.
#include "cli/complete_write.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>

namespace prong::cli {

int write_completely(int descriptor, std::span<iovec> parts) noexcept {
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

}  // namespace prong::cli
