// The early end of a job, from any thread: a signal came, the output failed, or an item did.
#pragma once

#include <prong/call.hpp>

#include <atomic>

namespace prong::cli {

// [any thread]
class Halt {
 public:
  explicit Halt(Job job);
  ~Halt();
  Halt(const Halt&) = delete;
  Halt& operator=(const Halt&) = delete;

  // No more input is read, and what has not started is cancelled; what runs goes on. Idempotent. [never
  // blocks]
  void request() noexcept;
  [[nodiscard]] bool requested() const noexcept { return requested_.load(); }

  // Waits until `descriptor` can be read, or is at its end, or a halt is requested; or so long, when that is
  // not negative. False: so long, and nothing came to pass. [blocks]
  bool wait_readable(int descriptor, int milliseconds = -1) const noexcept;

 private:
  Job job_;
  int event_;
  std::atomic<bool> requested_ = false;
};

}  // namespace prong::cli
