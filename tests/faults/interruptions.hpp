// A wait for a process has no deadline; while one of these lives, it ends early now and then.
#pragma once

#include <ctime>

namespace prong::test {

// Of the thread that makes it: its system calls that sleep return with EINTR every 20 ms. One at a time.
class Interruptions {
 public:
  Interruptions();
  ~Interruptions();
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;

 private:
  timer_t timer_{};
};

}  // namespace prong::test
