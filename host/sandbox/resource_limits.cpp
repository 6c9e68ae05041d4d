// setrlimit, and what /proc has to do with it. Nothing here allocates.
#include "sandbox/resource_limits.hpp"

#include "transport/file_descriptor.hpp"
#include "transport/shared_memory.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string_view>

namespace prong::sandbox {

namespace {

void bound(__rlimit_resource resource, rlim_t most, const char* what) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) throw transport::system_failure(what);
  limit.rlim_max = limit.rlim_max < most ? limit.rlim_max : most;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(resource, &limit) != 0) throw transport::system_failure(what);
}

}  // namespace

bool become_first_victim() noexcept {
  constexpr std::string_view first = "1000";
  const transport::FileDescriptor file{::open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC)};
  std::array<char, 8> text{};
  return file && ::write(file.number(), first.data(), first.size()) > 0 &&
         ::pread(file.number(), text.data(), text.size() - 1, 0) > 0 &&
         std::string_view{text.data()}.starts_with(first);
}

// A limit of 0 still lets the kernel pipe a core into a program (core(5)); 1 byte stops both.
void forbid_cores(bool for_good) noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max < 1 ? limit.rlim_max : 1;
  if (for_good) limit.rlim_max = limit.rlim_cur;
  ::setrlimit(RLIMIT_CORE, &limit);
}

void bound_waiting_signals(std::uint64_t most) {
  bound(RLIMIT_SIGPENDING, most, "setrlimit of waiting signals");
}

void bound_descriptors(std::uint64_t most) { bound(RLIMIT_NOFILE, most, "setrlimit of descriptors"); }

void bound_stack(std::size_t most) { bound(RLIMIT_STACK, most, "setrlimit of the stack"); }

// RLIMIT_AS would count the pool's shared files, which are sparse and hundreds of gigabytes.
void bound_memory(std::size_t most) { bound(RLIMIT_DATA, most, "setrlimit of memory"); }

// The sixth number of statm: pages of data and stack.
std::size_t private_bytes() noexcept {
  const transport::FileDescriptor file{::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)};
  std::array<char, 256> text{};
  if (!file || ::read(file.number(), text.data(), text.size() - 1) <= 0) return 0;
  unsigned long pages = 0;
  if (std::sscanf(text.data(), "%*u %*u %*u %*u %*u %lu", &pages) != 1) return 0;
  return pages * transport::page_size();
}

}  // namespace prong::sandbox
