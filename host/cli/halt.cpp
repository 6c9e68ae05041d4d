// An eventfd wakes who waits for input; cancelling wakes who waits for the job.
#include "cli/halt.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace prong::cli {

Halt::Halt(Job job) : job_{std::move(job)}, event_{::eventfd(0, EFD_CLOEXEC)} {
  if (event_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

Halt::~Halt() { ::close(event_); }

void Halt::request() noexcept {
  if (requested_.exchange(true)) return;
  // Adding 1 to a counter of 64 bits does not fail.
  static_cast<void>(::eventfd_write(event_, 1));
  job_.drain();
}

bool Halt::wait_readable(int descriptor, int milliseconds) const noexcept {
  std::array<pollfd, 2> watched{
      {{.fd = descriptor, .events = POLLIN, .revents = 0}, {.fd = event_, .events = POLLIN, .revents = 0}}};
  int ready = -1;
  do {
    ready = ::poll(watched.data(), watched.size(), milliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready != 0;
}

}  // namespace prong::cli
