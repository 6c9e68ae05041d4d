// A memfd that workers open by way of /proc.
#include "tally.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace prong::test {

Tally::Tally() : file_{::memfd_create("prong-tally", MFD_CLOEXEC)} {
  void* memory = MAP_FAILED;
  if (file_ >= 0 && ::ftruncate(file_, tally_bytes) == 0)
    memory = ::mmap(nullptr, tally_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
  if (memory == MAP_FAILED) throw std::system_error{errno, std::generic_category(), "the tally's memory"};
  bytes_ = static_cast<std::uint8_t*>(memory);
  const std::string path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_);
  ::setenv(tally_variable, path.c_str(), 1);
}

Tally::~Tally() {
  ::unsetenv(tally_variable);
  ::munmap(bytes_, tally_bytes);
  ::close(file_);
}

// By the time that a byte's turn comes again, millions of items later, nobody runs its last id any more.
std::uint64_t Tally::new_ids(std::uint64_t count) {
  const std::uint64_t first = next_.fetch_add(count);
  const std::size_t begin = first % tally_bytes;
  const std::size_t before_end = std::min<std::size_t>(count, tally_bytes - begin);
  std::memset(bytes_ + begin, 0, before_end);
  std::memset(bytes_, 0, count - before_end);
  return first;
}

unsigned Tally::runs(std::uint64_t id) const noexcept {
  return std::atomic_ref{bytes_[id % tally_bytes]}.load(std::memory_order_relaxed);
}

}  // namespace prong::test
