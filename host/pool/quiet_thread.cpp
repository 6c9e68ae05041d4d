// A thread inherits the signal mask of the one that starts it.
#include "pool/quiet_thread.hpp"

#include <csignal>
#include <memory>
#include <utility>

namespace prong::pool {

std::thread start_quiet_thread(std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const std::shared_ptr<void> at_end{nullptr,
                                     [&](void*) { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }};
  return std::thread{std::move(body)};
}

}  // namespace prong::pool
