// Threads of a library in somebody's program: signals are for the program's own threads.
#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace prong::transport {

// A thread with all signals blocked. Throws std::system_error.
template <class Body>
[[nodiscard]] std::thread start_quiet_thread(Body&& body) {
  struct Blocked {
    Blocked() noexcept {
      sigset_t all;
      ::sigfillset(&all);
      ::pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    ~Blocked() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    Blocked(const Blocked&) = delete;
    Blocked& operator=(const Blocked&) = delete;
    sigset_t before{};
  };
  const Blocked blocked;  // what it inherits
  return std::thread{std::forward<Body>(body)};
}

}  // namespace prong::transport
