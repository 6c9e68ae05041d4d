// When this process may fork. A fork copies every lock in the state that it has, and only the thread that
// calls it: what another thread holds at that moment stays locked in the child for ever. So Prong's own
// threads are asleep, with no lock in their hands, while one of its pools forks; of other threads nothing is
// known.
#pragma once

#include <functional>
#include <thread>

namespace prong::pool {

// Starts a thread of Prong's own: it takes none of the host's signals, does not count as one of the host's
// threads, and no pool forks unless it is Parked. `body` lets no exception out. [any thread]
[[nodiscard]] std::thread start_own_thread(std::function<void()> body);

// While it lives, the calling thread, which start_own_thread made, only sleeps in the kernel: it holds no
// lock, allocates nothing and calls nothing of the program's. The destructor waits for a fork that is going
// on.
class Parked {
 public:
  Parked() noexcept;
  ~Parked();
  Parked(const Parked&) = delete;
  Parked& operator=(const Parked&) = delete;
};

// While it lives, Prong's own threads are parked, and no other pool forks. [any thread] [blocks] for
// limits::fork_patience at most.
class ForkPermit {
 public:
  struct Options {
    bool despite_threads = false;  // whatever threads the host has
  };
  // Throws UsageError when the process has threads that are neither Prong's nor the calling one, and
  // PoolBroken when Prong's own do not come to rest.
  explicit ForkPermit(Options options);
  ~ForkPermit();
  ForkPermit(const ForkPermit&) = delete;
  ForkPermit& operator=(const ForkPermit&) = delete;

  // Whether the host has no thread but the calling one.
  [[nodiscard]] bool is_alone() const noexcept { return alone_; }

 private:
  static void acquire();
  static void release() noexcept;

  bool alone_ = false;
};

}  // namespace prong::pool
