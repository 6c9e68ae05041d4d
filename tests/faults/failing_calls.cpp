// A table of numbers.
#include "failing_calls.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

namespace prong::test {

namespace {

struct Row {
  long number;
  std::string_view name;
  int error;
};

// No descriptor, no memory, no room, no process.
constexpr Row rows[] = {
    {SYS_memfd_create, "memfd_create", EMFILE},
    {SYS_ftruncate, "ftruncate", ENOSPC},
    {SYS_fallocate, "fallocate", ENOSPC},
    {SYS_mmap, "mmap", ENOMEM},
    {SYS_mprotect, "mprotect", ENOMEM},
    {SYS_madvise, "madvise", ENOMEM},
    {SYS_mremap, "mremap", ENOMEM},
    {SYS_eventfd2, "eventfd2", EMFILE},
    {SYS_epoll_create1, "epoll_create1", EMFILE},
    {SYS_epoll_ctl, "epoll_ctl", ENOSPC},
    {SYS_socketpair, "socketpair", EMFILE},
    {SYS_pipe2, "pipe2", EMFILE},
    {SYS_pidfd_open, "pidfd_open", EMFILE},
    {SYS_signalfd4, "signalfd4", EMFILE},
    {SYS_openat, "openat", EMFILE},
    {SYS_dup3, "dup3", EBUSY},
    {SYS_fcntl, "fcntl", EMFILE},
    {SYS_close_range, "close_range", ENOMEM},
    {SYS_clone, "clone", EAGAIN},
    {SYS_clone3, "clone3", EAGAIN},
#ifdef SYS_fork
    {SYS_fork, "fork", EAGAIN},
    {SYS_vfork, "vfork", EAGAIN},
    {SYS_readlink, "readlink", ENOMEM},
    {SYS_poll, "poll", ENOMEM},
#endif
    {SYS_execve, "execve", ENOMEM},
    {SYS_sendmsg, "sendmsg", ENOBUFS},
    {SYS_recvmsg, "recvmsg", ENOMEM},
    {SYS_read, "read", EIO},
    {SYS_getdents64, "getdents64", ENOMEM},
    {SYS_newfstatat, "newfstatat", ENOMEM},
    {SYS_fstat, "fstat", ENOMEM},
    {SYS_statx, "statx", ENOMEM},
    {SYS_epoll_wait, "epoll_wait", EINTR},
};

const Row* find_row(const SystemCall& call) noexcept {
  const auto* row = std::ranges::find(rows, static_cast<long>(call.number), &Row::number);
  return row != std::end(rows) ? row : nullptr;
}

bool is(const SystemCall& call, long number) noexcept { return static_cast<long>(call.number) == number; }

bool adds_seals(const SystemCall& call) noexcept {
  return is(call, SYS_fcntl) && call.arguments[1] == F_ADD_SEALS;
}

}  // namespace

int error_of_shortage(const SystemCall& call) noexcept {
  if (is(call, SYS_fcntl)) {
    if (adds_seals(call)) return EBUSY;
    return call.arguments[1] == F_DUPFD_CLOEXEC ? EMFILE : 0;
  }
  // Taking away needs nothing.
  if (is(call, SYS_epoll_ctl) && call.arguments[1] != EPOLL_CTL_ADD) return 0;
  const Row* row = find_row(call);
  return row != nullptr ? row->error : 0;
}

std::vector<std::uint64_t> calls_that_can_fail() {
  std::vector<std::uint64_t> numbers;
  for (const Row& row : rows)
    numbers.push_back(static_cast<std::uint64_t>(row.number));
  return numbers;
}

std::string_view name_of(Lack lack) noexcept {
  constexpr std::array<std::string_view, lack_count> names{
      "pidfd_open", "pidfd_send_signal", "close_range", "memfd_create", "F_SEAL_FUTURE_WRITE", "clone3",
      "/proc",      "/dev/shm"};
  return names[static_cast<std::size_t>(lack)];
}

int error_where_lacking(const SystemCall& call, Lack lack) {
  switch (lack) {
    case Lack::pidfd_open:
      return is(call, SYS_pidfd_open) ? ENOSYS : 0;
    case Lack::pidfd_send_signal:
      return is(call, SYS_pidfd_send_signal) ? ENOSYS : 0;
    case Lack::close_range:
      return is(call, SYS_close_range) ? ENOSYS : 0;
    case Lack::memfd_create:
      return is(call, SYS_memfd_create) ? ENOSYS : 0;
    case Lack::seal_future_write:
      return adds_seals(call) && (call.arguments[2] & F_SEAL_FUTURE_WRITE) != 0 ? EINVAL : 0;
    case Lack::clone3:
      return is(call, SYS_clone3) ? ENOSYS : 0;
    case Lack::proc:
    case Lack::shared_memory_folder:
      return is(call, SYS_openat) && text_at(call, 1).starts_with(name_of(lack)) ? ENOENT : 0;
  }
  return 0;
}

std::string name_of_call(const SystemCall& call) {
  const Row* row = find_row(call);
  return row != nullptr ? std::string{row->name} : "system call " + std::to_string(call.number);
}

}  // namespace prong::test
