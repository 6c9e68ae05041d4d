// One thread, one signalfd.
#include "cli/interruption.hpp"

#include "cli/console.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace prong::cli {

namespace {

// A blocked signal is delivered even when it is ignored, so the ignored ones must stay out.
sigset_t wanted_signals() {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action{};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) ::sigaddset(&wanted, number);
  }
  return wanted;
}

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error{errno, std::generic_category(), what};
  return descriptor;
}

}  // namespace

Interruption::Interruption() {
  const sigset_t wanted = wanted_signals();
  ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  signals_ = checked(::signalfd(-1, &wanted, SFD_CLOEXEC), "signalfd");
  stop_ = checked(::eventfd(0, EFD_CLOEXEC), "eventfd");
  thread_ = std::thread{[this] { serve(); }};
}

Interruption::~Interruption() {
  static_cast<void>(::eventfd_write(stop_, 1));
  thread_.join();
  ::close(stop_);
  ::close(signals_);
}

void Interruption::serve() {
  std::array<pollfd, 2> watched{
      {{.fd = signals_, .events = POLLIN, .revents = 0}, {.fd = stop_, .events = POLLIN, .revents = 0}}};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) == sizeof info) take(static_cast<int>(info.ssi_signo));
  }
}

void Interruption::take(int number) {
  const std::lock_guard lock{mutex_};
  if (signal_) ::_exit(status_of_signal(*signal_));
  signal_ = number;
  if (!halt_) {
    console::complain("interrupted");
    ::_exit(status_of_signal(number));
  }
  halt_();
  console::complain("interrupted: waiting for the items that run; once more ends them");
}

std::optional<int> Interruption::signal() const {
  const std::lock_guard lock{mutex_};
  return signal_;
}

Interruption::Drain::Drain(Interruption& interruption, std::function<void()> halt)
    : interruption_{interruption} {
  const std::lock_guard lock{interruption_.mutex_};
  interruption_.halt_ = std::move(halt);
}

Interruption::Drain::~Drain() {
  const std::lock_guard lock{interruption_.mutex_};
  interruption_.halt_ = nullptr;
}

}  // namespace prong::cli
