// The module `lives`: functions that tell or change something of the worker that they run in.
#include <prong/plugin.hpp>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace lives {

namespace {

double mark = 0;

// Whether this is the first call with this path: a file of that name remembers it.
bool is_first(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
  return file >= 0;
}

}  // namespace

std::int32_t pid(std::int64_t) { return ::getpid(); }

// For an initializer; a negative mark is refused, and 666 kills.
double set_mark(double value) {
  if (value < 0) throw std::invalid_argument("a negative mark");
  if (value == 666) ::raise(SIGKILL);
  return mark = value;
}
double get_mark(double) { return mark; }

// Counts the prepared states that this worker holds.
class States {
 public:
  States() { ++alive; }
  ~States() { --alive; }
  States(const States&) = delete;
  States& operator=(const States&) = delete;
  double operator()(double) const { return alive; }

 private:
  static inline int alive = 0;
};

// Its destructor ends as it is told.
class BadEnd {
 public:
  explicit BadEnd(const std::string& how) : how_{how} {}
  ~BadEnd() noexcept(false) {
    if (how_ == "sleep") {
      for (;;)
        ::pause();
    }
    if (how_ == "spin") spin(1);
    if (how_ == "crash") ::raise(SIGSEGV);
    if (how_ == "exit") std::exit(0);
    if (how_ == "throw") throw std::runtime_error("out of a destructor");
  }
  BadEnd(const BadEnd&) = delete;
  BadEnd& operator=(const BadEnd&) = delete;
  std::int32_t operator()(double seconds) const {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    return ::getpid();
  }

 private:
  static void spin(double x);
  std::string how_;
};

// Memory that is written and never freed.
std::int32_t leak(std::int64_t bytes) {
  static std::vector<std::vector<char>> kept;
  kept.emplace_back(static_cast<std::size_t>(bytes), 'x');
  return ::getpid();
}

bool can_read(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) ::close(file);
  return file >= 0;
}

std::string crash_once(const std::string& path) {
  if (is_first(path)) ::raise(SIGSEGV);
  return path;
}
std::string throw_once(const std::string& path) {
  if (is_first(path)) throw std::runtime_error("the first time");
  return path;
}
std::string hang_once(const std::string& path) {
  if (is_first(path)) {
    for (;;)
      ::pause();
  }
  return path;
}

// Loops for ever when x is not 0, with every signal blocked that can be.
double spin(double x) {
  if (x == 0) return x;
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  for (volatile bool for_ever = true; for_ever;) {
  }
  return x;
}

// Sleeps so many seconds, in steps, and stops when nobody wants the result any more.
double polite(double seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < until) {
    if (prong::current_call().cancelled()) throw std::runtime_error("cancelled");
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return seconds;
}

void BadEnd::spin(double x) { static_cast<void>(lives::spin(x)); }

double pure_sleep(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  return seconds;
}

double hang_report(std::span<const double>) { return pure_sleep(3600); }

}  // namespace lives

PRONG_MODULE(lives, "What workers are and become", "1.0.0", "MIT")
PRONG_MAP(lives, pid, "The worker's pid", x)
PRONG_MAP(lives, set_mark, "Leaves a mark in the worker", value)
PRONG_MAP(lives, get_mark, "The mark", x)
PRONG_MAP_CLASS(lives, states, States(), "How many states there are in the worker", x)
PRONG_MAP_CLASS(lives, bad_end, BadEnd(std::string), "Sleeps; its destructor ends badly", seconds, how)
PRONG_MAP(lives, leak, "Takes so many bytes for ever", bytes)
PRONG_MAP(lives, can_read, "Whether the file can be read", path)
PRONG_MAP(lives, crash_once, "Crashes unless the file exists", path)
PRONG_MAP(lives, throw_once, "Throws unless the file exists", path)
PRONG_MAP(lives, hang_once, "Hangs unless the file exists", path)
PRONG_MAP(lives, spin, "Loops for ever unless x is 0", x)
PRONG_MAP(lives, polite, "Sleeps, and looks whether it is cancelled", seconds)
PRONG_MAP_PURE(lives, pure_sleep, "Sleeps", seconds)
PRONG_RESULT(lives, pure_sleep, hang_report, "Sleeps for an hour")
