// Without libseccomp, which workers would have to carry along.
#include "sandbox/filter.hpp"

#include "transport/file_descriptor.hpp"

#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <stdexcept>

namespace prong::sandbox {

namespace {

bool is_own_pid(const sock_filter& instruction) noexcept {
  return instruction.code == (BPF_JMP | BPF_JEQ | BPF_K) && instruction.k == own_pid;
}

}  // namespace

void install(std::vector<sock_filter> filter) {
  std::size_t places = 0;
  for (sock_filter& instruction : filter) {
    if (!is_own_pid(instruction)) continue;
    instruction.k = static_cast<std::uint32_t>(::getpid());
    ++places;
  }
  if (places == 0) throw std::logic_error{"a filter of system calls without a place for the worker's pid"};
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()), .filter = filter.data()};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    throw transport::system_failure("seccomp");
}

}  // namespace prong::sandbox
