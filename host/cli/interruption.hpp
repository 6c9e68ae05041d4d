// SIGINT, SIGTERM and SIGHUP, taken by a thread of their own: handlers could do next to nothing.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace prong::cli {

// While there is something to drain, the first signal halts it and the second ends the process; otherwise the
// first one does. Workers hear nothing of the terminal's signals, and die with the process.
class Interruption {
 public:
  // Before any other thread starts, which then inherits that these signals are blocked. One that is ignored
  // (nohup, a shell's background job) stays ignored.
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // The first signal that came.
  [[nodiscard]] std::optional<int> signal() const;

  // For as long as it lives, a first signal calls `halt`, on a thread of ours; it must not block.
  class Drain {
   public:
    Drain(Interruption& interruption, std::function<void()> halt);
    ~Drain();
    Drain(const Drain&) = delete;
    Drain& operator=(const Drain&) = delete;

   private:
    Interruption& interruption_;
  };

 private:
  void serve();
  void take(int number);

  mutable std::mutex mutex_;
  std::optional<int> signal_;   // guarded by mutex_
  std::function<void()> halt_;  // guarded by mutex_
  int signals_;
  int stop_;
  std::thread thread_;
};

// What a shell calls a process that this signal ended.
[[nodiscard]] constexpr int status_of_signal(int number) { return 128 + number; }

}  // namespace prong::cli
