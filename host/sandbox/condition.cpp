// A number for each aspect, compared. Equal numbers mean that nothing changed, but for an unlikely accident
// of hashing.
#include "sandbox/condition.hpp"

#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstring>
#include <cwchar>
#include <locale>

extern char** environ;

namespace prong::sandbox {

namespace {

using Files = Condition::Files;

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

std::uint64_t blocked_signals(const Files&) noexcept {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigprocmask(SIG_BLOCK, nullptr, &blocked);
  std::uint64_t bits = 0;
  for (int number = 1; number <= 64; ++number)
    bits |= std::uint64_t{::sigismember(&blocked, number) == 1} << (number - 1);
  return bits;
}

// Of a sigset_t, which has room for more signals than there are.
constexpr std::size_t kernel_mask_bytes = 8;

// And the stack that they run on.
std::uint64_t signal_handlers(const Files&) noexcept {
  Hash hash;
  stack_t stack{};
  ::sigaltstack(nullptr, &stack);
  hash.add(stack.ss_sp);
  hash.add(stack.ss_size);
  hash.add(stack.ss_flags & SS_DISABLE);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    ::sigaction(number, nullptr, &action);
    hash.add(action.sa_handler);
    hash.add(action.sa_flags);
    hash.add(&action.sa_mask, kernel_mask_bytes);
  }
  return hash.value();
}

std::uint64_t timers(const Files& files) noexcept {
  std::array<char, 512> created;
  const ssize_t size = ::pread(files.timers.number(), created.data(), created.size(), 0);
  Hash hash;
  if (size > 0) hash.add(created.data(), static_cast<std::size_t>(size));
  std::uint64_t running = 0;
  for (const auto kind : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
    itimerval timer{};
    ::getitimer(kind, &timer);
    running = running << 1 | (timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0 ? 1U : 0U);
  }
  hash.add(running);
  return hash.value();
}

void add_file(Hash& hash, const struct stat& status) noexcept {
  hash.add(status.st_dev);
  hash.add(status.st_ino);
}

// And the root directory.
std::uint64_t working_directory(const Files&) noexcept {
  Hash hash;
  for (const char* name : {".", "/"}) {
    struct stat status{};
    ::stat(name, &status);
    add_file(hash, status);
  }
  return hash.value();
}

std::uint64_t file_mode_mask(const Files&) noexcept {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

// A locale of C++ is what its facets are; each of these belongs to every one.
template <class... Facets>
void add_facets(Hash& hash, const std::locale& locale) noexcept {
  (hash.add(&std::use_facet<Facets>(locale)), ...);
}

// C's, of the process and of this thread, and C++'s.
std::uint64_t locale(const Files&) noexcept {
  Hash hash;
  const char* name = std::setlocale(LC_ALL, nullptr);
  if (name != nullptr) hash.add(name, std::strlen(name));
  hash.add(::uselocale(nullptr));
  add_facets<std::ctype<char>, std::ctype<wchar_t>, std::numpunct<char>, std::numpunct<wchar_t>,
             std::num_get<char>, std::num_put<char>, std::collate<char>, std::time_get<char>,
             std::time_put<char>, std::moneypunct<char>, std::messages<char>,
             std::codecvt<wchar_t, char, std::mbstate_t>>(hash, std::locale{});
  return hash.value();
}

std::uint64_t environment(const Files&) noexcept {
  Hash hash;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    hash.add(*entry, std::strlen(*entry) + 1);
  return hash.value();
}

std::uint64_t resource_limits(const Files&) noexcept {
  Hash hash;
  for (int resource = 0; resource < static_cast<int>(RLIM_NLIMITS); ++resource) {
    rlimit limit{};
    ::getrlimit(static_cast<__rlimit_resource>(resource), &limit);
    hash.add(limit.rlim_cur);
    hash.add(limit.rlim_max);
  }
  return hash.value();
}

std::uint64_t scheduling(const Files&) noexcept {
  Hash hash;
  hash.add(::getpriority(PRIO_PROCESS, 0));
  hash.add(::sched_getscheduler(0));
  constexpr int of_process = 1;  // IOPRIO_WHO_PROCESS
  hash.add(::syscall(SYS_ioprio_get, of_process, 0));
  cpu_set_t processors;
  CPU_ZERO(&processors);
  ::sched_getaffinity(0, sizeof processors, &processors);
  hash.add(processors);
  return hash.value();
}

// What the standard ones are; and whether half of all that may be open are, since the lowest free number is
// given out first.
std::uint64_t descriptors(const Files&) noexcept {
  Hash hash;
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status{};
    hash.add(::fstat(number, &status));
    add_file(hash, status);
  }
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const transport::FileDescriptor lowest{::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)};
  const bool many = !lowest || static_cast<rlim_t>(lowest.number()) >= limit.rlim_cur / 2;
  hash.add(many);
  return hash.value();
}

// A folder has a link for each folder in it.
std::uint64_t threads(const Files& files) noexcept {
  struct stat status{};
  return ::fstat(files.threads.number(), &status) == 0 ? status.st_nlink : 0;
}

std::uint64_t identity(const Files&) noexcept {
  std::array<uid_t, 3> user{};
  std::array<gid_t, 3> group{};
  ::getresuid(&user[0], &user[1], &user[2]);
  ::getresgid(&group[0], &group[1], &group[2]);
  Hash hash;
  hash.add(user);
  hash.add(group);
  hash.add(::getpgrp());
  hash.add(::getsid(0));
  return hash.value();
}

// A filter of system calls, say, or whether it dies with its parent.
std::uint64_t process_attributes(const Files&) noexcept {
  Hash hash;
  constexpr int writing_denied = 66;  // PR_GET_MDWE, of Linux 6.3
  for (const int option : {PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS, PR_GET_DUMPABLE, PR_GET_KEEPCAPS,
                           PR_GET_SECUREBITS, PR_GET_TIMERSLACK, PR_GET_THP_DISABLE, writing_denied})
    hash.add(::prctl(option, 0, 0, 0, 0));
  constexpr unsigned long which_is_it = 0xffff'ffff;
  hash.add(::personality(which_is_it));
  for (const int option : {PR_GET_PDEATHSIG, PR_GET_CHILD_SUBREAPER, PR_GET_TSC}) {
    int value = 0;
    hash.add(::prctl(option, &value, 0, 0, 0));
    hash.add(value);
  }
  return hash.value();
}

struct Aspect {
  const char* name;
  std::uint64_t (*read)(const Files& files) noexcept;
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
                                                      {"scheduling", scheduling},
                                                      {"identity", identity},
                                                      {"process attributes", process_attributes}}};

}  // namespace

Condition::Condition(Sandbox level)
    : files_{
          .threads = transport::FileDescriptor{::open("/proc/self/task", O_PATH | O_DIRECTORY | O_CLOEXEC)},
          .timers = {}} {
  if (level != Sandbox::strict)
    files_.timers = transport::FileDescriptor{::open("/proc/self/timers", O_RDONLY | O_CLOEXEC)};
}

void Condition::accept() noexcept {
  for (std::size_t i = 0; i < aspects; ++i)
    before_[i] = all[i].read(files_);
}

const char* Condition::find_change() const noexcept {
  for (std::size_t i = 0; i < aspects; ++i) {
    if (all[i].read(files_) != before_[i]) return all[i].name;
  }
  return nullptr;
}

}  // namespace prong::sandbox
