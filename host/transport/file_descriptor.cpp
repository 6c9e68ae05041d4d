// Descriptors, and the few system calls that make or use one.
#include "transport/file_descriptor.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace prong::transport {

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

std::system_error system_failure(std::string_view call) {
  return std::system_error{errno, std::generic_category(), std::string{call}};
}

FileDescriptor checked(int number, std::string_view call) {
  if (number < 0) throw system_failure(call);
  FileDescriptor descriptor{number};
  if (number > STDERR_FILENO) return descriptor;
  // The host runs with a standard stream closed: what it prints must not land in our memory.
  FileDescriptor higher{::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  if (!higher) throw system_failure("fcntl");
  return higher;
}

FileDescriptor make_eventfd() { return checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"); }

bool signal_eventfd(int number) noexcept {
  const int saved = errno;
  const std::uint64_t one = 1;
  // EAGAIN: the count is at its maximum, so the reader is awake anyway.
  const bool sent = ::write(number, &one, sizeof one) == sizeof one || errno == EAGAIN;
  errno = saved;
  return sent;
}

void drain_eventfd(int number) noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(number, &count, sizeof count);
}

FileDescriptor open_pidfd(int pid) {
  return checked(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)), "pidfd_open");
}

void check_signals(const FileDescriptor& pidfd) {
  if (::syscall(SYS_pidfd_send_signal, pidfd.number(), 0, nullptr, 0) != 0)
    throw system_failure("pidfd_send_signal");
}

void kill_process(const FileDescriptor& pidfd, int signal) noexcept {
  if (pidfd) ::syscall(SYS_pidfd_send_signal, pidfd.number(), signal, nullptr, 0);
}

}  // namespace prong::transport
