// A number for each aspect, compared. Equal numbers mean that nothing changed, but for an unlikely accident
// of hashing.
#include "sandbox/condition.hpp"

#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstring>

extern char** environ;

namespace prong::sandbox {

namespace {

// FNV-1a.
class Hash {
 public:
  void add(const void* data, std::size_t size) noexcept {
    for (std::size_t i = 0; i < size; ++i)
      value_ = (value_ ^ static_cast<const unsigned char*>(data)[i]) * 0x0000'0100'0000'01b3;
  }
  template <class Number>
  void add(const Number& number) noexcept {
    add(&number, sizeof number);
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

 private:
  std::uint64_t value_ = 0xcbf2'9ce4'8422'2325;
};

std::uint64_t blocked_signals(int) noexcept {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigprocmask(SIG_BLOCK, nullptr, &blocked);
  std::uint64_t bits = 0;
  for (int number = 1; number <= 64; ++number)
    bits |= std::uint64_t{::sigismember(&blocked, number) == 1} << (number - 1);
  return bits;
}

std::uint64_t signal_handlers(int) noexcept {
  Hash hash;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    ::sigaction(number, nullptr, &action);
    hash.add(action.sa_handler);
  }
  return hash.value();
}

std::uint64_t timers(int) noexcept {
  std::uint64_t running = 0;
  for (const auto kind : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
    itimerval timer{};
    ::getitimer(kind, &timer);
    running = running << 1 | (timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0 ? 1U : 0U);
  }
  return running;
}

std::uint64_t working_directory(int) noexcept {
  struct stat status{};
  ::stat(".", &status);
  Hash hash;
  hash.add(status.st_dev);
  hash.add(status.st_ino);
  return hash.value();
}

std::uint64_t file_mode_mask(int) noexcept {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

std::uint64_t locale(int) noexcept {
  Hash hash;
  const char* name = std::setlocale(LC_ALL, nullptr);
  if (name != nullptr) hash.add(name, std::strlen(name));
  hash.add(::uselocale(nullptr));
  return hash.value();
}

std::uint64_t environment(int) noexcept {
  Hash hash;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    hash.add(*entry, std::strlen(*entry) + 1);
  return hash.value();
}

std::uint64_t resource_limits(int) noexcept {
  Hash hash;
  for (int resource = 0; resource < static_cast<int>(RLIM_NLIMITS); ++resource) {
    rlimit limit{};
    ::getrlimit(static_cast<__rlimit_resource>(resource), &limit);
    hash.add(limit.rlim_cur);
    hash.add(limit.rlim_max);
  }
  return hash.value();
}

std::uint64_t scheduling(int) noexcept {
  Hash hash;
  hash.add(::getpriority(PRIO_PROCESS, 0));
  hash.add(::sched_getscheduler(0));
  cpu_set_t processors;
  CPU_ZERO(&processors);
  ::sched_getaffinity(0, sizeof processors, &processors);
  hash.add(processors);
  return hash.value();
}

// Of the standard ones, those that are open; and whether half of all that may be open are, since the lowest
// free number is given out first.
std::uint64_t descriptors(int) noexcept {
  std::uint64_t state = 0;
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    state = state << 1 | (::fcntl(number, F_GETFD) >= 0 ? 1U : 0U);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const transport::FileDescriptor lowest{::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)};
  const bool many = !lowest || static_cast<rlim_t>(lowest.number()) >= limit.rlim_cur / 2;
  return state << 1 | (many ? 1U : 0U);
}

// A folder has a link for each folder in it.
std::uint64_t threads(int folder) noexcept {
  struct stat status{};
  return ::fstat(folder, &status) == 0 ? status.st_nlink : 0;
}

struct Aspect {
  const char* name;
  std::uint64_t (*read)(int threads) noexcept;
};
constexpr std::array<Aspect, Condition::aspects> all{{{"threads", threads},
                                                      {"descriptors", descriptors},
                                                      {"blocked signals", blocked_signals},
                                                      {"signal handlers", signal_handlers},
                                                      {"timers", timers},
                                                      {"the working directory", working_directory},
                                                      {"the mask of file modes", file_mode_mask},
                                                      {"the locale", locale},
                                                      {"the environment", environment},
                                                      {"resource limits", resource_limits},
                                                      {"scheduling", scheduling}}};

}  // namespace

Condition::Condition() : threads_{::open("/proc/self/task", O_PATH | O_DIRECTORY | O_CLOEXEC)} {}

void Condition::accept() noexcept {
  for (std::size_t i = 0; i < aspects; ++i)
    before_[i] = all[i].read(threads_.number());
}

const char* Condition::find_change() const noexcept {
  for (std::size_t i = 0; i < aspects; ++i) {
    if (all[i].read(threads_.number()) != before_[i]) return all[i].name;
  }
  return nullptr;
}

}  // namespace prong::sandbox
