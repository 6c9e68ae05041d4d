// A timer whose signal does nothing.
#include "interruptions.hpp"

#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace prong::test {

namespace {

constexpr long interval_ns = 20'000'000;

}  // namespace

Interruptions::Interruptions() {
  struct sigaction action{};
  action.sa_handler = [](int) {};  // and no SA_RESTART
  ::sigaction(SIGALRM, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGALRM;
  event._sigev_un._tid = ::gettid();
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) throw std::runtime_error{"timer_create"};
  const itimerspec times{.it_interval = {.tv_sec = 0, .tv_nsec = interval_ns},
                         .it_value = {.tv_sec = 0, .tv_nsec = interval_ns}};
  ::timer_settime(timer_, 0, &times, nullptr);
}

Interruptions::~Interruptions() { ::timer_delete(timer_); }

}  // namespace prong::test
