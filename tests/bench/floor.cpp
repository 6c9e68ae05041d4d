// Two processes and one word.
#include "floor.hpp"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <new>
#include <vector>

namespace prong::bench {

namespace {

using Clock = std::chrono::steady_clock;

struct alignas(64) Word {
  std::atomic<std::uint32_t> value;
  std::atomic<std::uint32_t> asleep;
};

struct Shared {
  Word there;
  Word back;
};

void wait_until(Word& word, std::uint32_t wanted) {
  const auto until = Clock::now() + std::chrono::microseconds{30};
  while (Clock::now() < until) {
    for (int i = 0; i < 32; ++i) {
      if (word.value.load(std::memory_order_acquire) == wanted) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
  }
  for (;;) {
    const std::uint32_t seen = word.value.load(std::memory_order_acquire);
    if (seen == wanted) return;
    word.asleep.store(1);
    if (word.value.load() == seen) ::syscall(SYS_futex, &word.value, FUTEX_WAIT, seen, nullptr, nullptr, 0);
    word.asleep.store(0);
  }
}

void set(Word& word, std::uint32_t value) {
  word.value.store(value);
  if (word.asleep.load() != 0) ::syscall(SYS_futex, &word.value, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

}  // namespace

double round_trip_floor_us() {
  constexpr std::uint32_t rounds = 20'000;
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& shared = *new (memory) Shared{};
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (std::uint32_t i = 1; i <= rounds; ++i) {
      wait_until(shared.there, i);
      set(shared.back, i);
    }
    ::_exit(0);
  }
  std::vector<double> times;
  times.reserve(rounds);
  for (std::uint32_t i = 1; i <= rounds; ++i) {
    const auto start = Clock::now();
    set(shared.there, i);
    wait_until(shared.back, i);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  ::waitpid(child, nullptr, 0);
  ::munmap(memory, sizeof(Shared));
  std::ranges::nth_element(times, times.begin() + rounds / 2);
  return times[rounds / 2];
}

}  // namespace prong::bench
