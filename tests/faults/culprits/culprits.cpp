// The module `culprits`: functions that misbehave, one crime each. An item of 0 is innocent and is returned.
#include <prong/plugin.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace culprits {

namespace {

struct Unprintable : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return nullptr; }
};

struct OwnType {};

template <class Crime>
double unless_innocent(double x, Crime&& crime) {
  if (x != 0) crime();
  return x;
}

[[gnu::noinline]] int sink(volatile char* frame) {
  volatile char more[4096];
  more[0] = frame[0];
  return more[0] == 1 ? 0 : sink(more) + more[0];
}

void throw_now() { throw std::runtime_error("not let through"); }

}  // namespace

double kill_self(double x) {
  return unless_innocent(x, [] { ::raise(SIGKILL); });
}
double begin_line(double x) {
  std::printf("begun");
  return x;
}
double kill_group(double x) {
  return unless_innocent(x, [] { ::kill(0, SIGTERM); });
}
double stop_self(double x) {
  return unless_innocent(x, [] { ::raise(SIGSTOP); });
}
double call_exit(double x) {
  return unless_innocent(x, [&] { std::exit(static_cast<int>(x) - 1); });
}
double call_quick_exit(double x) {
  return unless_innocent(x, [&] { std::quick_exit(static_cast<int>(x) - 1); });
}
double call_underscore_exit(double x) {
  return unless_innocent(x, [&] { ::_exit(static_cast<int>(x) - 1); });
}
double call_abort(double x) {
  return unless_innocent(x, [] { std::abort(); });
}
double call_terminate(double x) {
  return unless_innocent(x, [] { std::terminate(); });
}
double throw_through_noexcept(double x) {
  return unless_innocent(x, []() noexcept { throw_now(); });
}
double throw_int(double x) {
  return unless_innocent(x, [] { throw 42; });
}
double throw_own(double x) {
  return unless_innocent(x, [] { throw OwnType{}; });
}
double throw_unprintable(double x) {
  return unless_innocent(x, [] { throw Unprintable{}; });
}
double throw_long(double x) {
  return unless_innocent(x, [] { throw std::runtime_error(std::string(1'000'000, 'x')); });
}
double throw_nested(double x) {
  return unless_innocent(x, [] {
    try {
      throw std::out_of_range("inner");
    } catch (...) {
      std::throw_with_nested(std::runtime_error("outer"));
    }
  });
}
double segv(double x) {
  return unless_innocent(x, [] {
    volatile int* volatile nowhere = nullptr;
    *nowhere = 1;
  });
}
#if defined(__clang__)
__attribute__((no_sanitize("undefined")))  // the processor is to find it
#endif
double
divide(std::int64_t x) {
  volatile std::int64_t one = 1;
  volatile std::int64_t zero = x != 0 ? 0 : 1;
  return static_cast<double>(one / zero - 1);
}
double overflow_stack(double x) {
  return unless_innocent(x, [] {
    volatile char start = 0;
    std::exit(sink(&start));
  });
}
double exit_thread(double x) {
  return unless_innocent(x, [] { ::pthread_exit(nullptr); });
}
// Into the call before, which has returned.
double jump_back(double x) {
  static std::jmp_buf earlier;
  static bool was_marked = false;
  if (x != 0 && was_marked) std::longjmp(earlier, 1);
  if (setjmp(earlier) == 0) was_marked = true;
  return x;
}
double close_everything(double x) {
  return unless_innocent(x, [] {
    for (int number = 0; number < 1024; ++number)
      ::close(number);
  });
}
double leave_thread(double x) {
  return unless_innocent(
      x, [] { std::thread{[] { std::this_thread::sleep_for(std::chrono::hours{1}); }}.detach(); });
}
double print(double x) {
  return unless_innocent(x, [&] {
    std::printf("printed by a plugin: %g\n", x);
    std::fflush(stdout);
  });
}
double print_and_crash(double x) {
  return unless_innocent(x, [] {
    for (int i = 0; i < 1000; ++i)
      std::printf("line %d\n", i);
    std::printf("last words\n");
    ::raise(SIGSEGV);
  });
}
// Prints so many bytes.
double flood(double bytes) {
  const std::string line = std::string(70, 'f') + "\x1b[31m\xff\xfe\n";
  for (double printed = 0; printed < bytes; printed += static_cast<double>(line.size())) {
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  const std::string long_line(1'000'000, 'x');
  std::fwrite(long_line.data(), 1, long_line.size(), stderr);
  return bytes;
}
double leave_child(double x) {
  return unless_innocent(x, [] {
    if (::fork() == 0) {
      ::setsid();
      for (;;)
        ::pause();
    }
  });
}
// Its number, and it is in a session of its own.
double leave_daemon(double x) {
  const int child = ::fork();
  if (child == 0) {
    ::setsid();
    for (;;)
      ::pause();
  }
  return child + 0 * x;
}
// And that one is another program.
double leave_program(double x) {
  const int child = ::fork();
  if (child == 0) {
    ::setsid();
    ::execlp("sleep", "sleep", "3600", nullptr);
    ::_exit(1);
  }
  return child + 0 * x;
}
double allocate_all(double x) {
  return unless_innocent(x, [] {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    throw std::bad_alloc{};  // the sanitizers' own `new` ends the process
#endif
#endif
    rlimit before{};
    ::getrlimit(RLIMIT_AS, &before);
    const rlimit limit{std::size_t{1} << 30, before.rlim_max};
    ::setrlimit(RLIMIT_AS, &limit);
    std::vector<std::vector<char>> kept;
    try {
      for (;;)
        kept.emplace_back(std::size_t{64} << 20, 'x');
    } catch (...) {
      ::setrlimit(RLIMIT_AS, &before);
      throw;
    }
  });
}
// Kills its worker when it is idle, again and again.
double kill_later(double x) {
  return unless_innocent(x, [] {
    std::thread{[] {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
      ::raise(SIGKILL);
    }}.detach();
  });
}

// A pure function that is killed by item 700.
double pure_crash(double x) {
  if (x == 700) ::raise(SIGSEGV);
  return x * 2;
}

std::string repeat(std::int64_t count) { return std::string(static_cast<std::size_t>(count), 'r'); }
std::string echo(const std::string& text) {
  if (text == "crash") ::raise(SIGSEGV);
  if (text == "throw") throw std::runtime_error("asked to");
  return text;
}

double fail_report(std::span<const double> all) {
  throw std::runtime_error("no report of " + std::to_string(all.size()));
}
double sum(std::span<const double> all, double start) {
  for (const double x : all)
    start += x;
  return start;
}
double crash_report(std::span<const double>) {
  ::raise(SIGSEGV);
  return 0;
}

}  // namespace culprits

PRONG_MODULE(culprits, "Functions that misbehave, one crime each", "1.0.0", "MIT")
PRONG_MAP(culprits, begin_line, "prints without an end of line", x)
PRONG_MAP(culprits, kill_group, "sends SIGTERM to its process group", x)
PRONG_MAP(culprits, kill_self, "raises SIGKILL", x)
PRONG_MAP(culprits, stop_self, "raises SIGSTOP", x)
PRONG_MAP(culprits, call_exit, "calls exit(x - 1)", x)
PRONG_MAP(culprits, call_quick_exit, "calls quick_exit(x - 1)", x)
PRONG_MAP(culprits, call_underscore_exit, "calls _exit(x - 1)", x)
PRONG_MAP(culprits, call_abort, "calls abort", x)
PRONG_MAP(culprits, call_terminate, "calls std::terminate", x)
PRONG_MAP(culprits, throw_through_noexcept, "throws out of a noexcept function", x)
PRONG_MAP(culprits, throw_int, "throws 42", x)
PRONG_MAP(culprits, throw_own, "throws a type of its own", x)
PRONG_MAP(culprits, throw_unprintable, "throws an exception whose what() is null", x)
PRONG_MAP(culprits, throw_long, "throws a million letters", x)
PRONG_MAP(culprits, throw_nested, "throws an exception with another one inside", x)
PRONG_MAP(culprits, segv, "writes to address 0", x)
PRONG_MAP(culprits, divide, "divides by zero", x)
PRONG_MAP(culprits, overflow_stack, "recurses without end", x)
PRONG_MAP(culprits, exit_thread, "calls pthread_exit", x)
PRONG_MAP(culprits, jump_back, "jumps into the call before", x)
PRONG_MAP(culprits, close_everything, "closes all descriptors", x)
PRONG_MAP(culprits, leave_thread, "leaves a thread behind", x)
PRONG_MAP(culprits, print, "prints on standard output", x)
PRONG_MAP(culprits, print_and_crash, "prints, then crashes", x)
PRONG_MAP(culprits, flood, "prints so many bytes", bytes)
PRONG_MAP(culprits, leave_child, "leaves a process behind", x)
PRONG_MAP(culprits, leave_daemon, "leaves a process in a session of its own behind", x)
PRONG_MAP(culprits, leave_program, "leaves another program in a session of its own behind", x)
PRONG_MAP(culprits, allocate_all, "allocates until there is no more", x)
PRONG_MAP(culprits, kill_later, "kills its worker a little later", x)
PRONG_MAP_PURE(culprits, pure_crash, "crashes at 700", x)
PRONG_MAP(culprits, repeat, "a text of so many letters", count)
PRONG_MAP(culprits, echo, "the text", text)
PRONG_RESULT(culprits, pure_crash, sum, "the sum", results, start)
PRONG_RESULT(culprits, segv, fail_report, "throws")
PRONG_RESULT(culprits, kill_self, crash_report, "crashes")
