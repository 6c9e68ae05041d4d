// What reaching a fault point does, in the zygote and the workers that this is linked into.
#include "fault_board.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace prong::transport {

namespace {

// Mapped at the first use in each process; a fork inherits it. Not unmapped, and no failure is told: a test
// whose board cannot be found sees that nothing was reached.
test::FaultBoard* find_board() noexcept {
  const char* path = std::getenv(test::fault_board_variable);
  const int file = path != nullptr ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return nullptr;
  void* memory = ::mmap(nullptr, sizeof(test::FaultBoard), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return memory == MAP_FAILED ? nullptr : static_cast<test::FaultBoard*>(memory);
}

}  // namespace

void reach(FaultPoint point) noexcept {
  static test::FaultBoard* const board = find_board();
  if (board == nullptr) return;
  test::FaultEntry& entry = (*board)[static_cast<std::size_t>(point)];
  const std::uint64_t arrival = entry.reached++;
  if (arrival - entry.first < entry.times) ::raise(entry.signal);
}

}  // namespace prong::transport
