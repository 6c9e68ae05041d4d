// Counting threads, and letting them sleep while one forks.
#include "pool/fork_gate.hpp"

#include "limits.hpp"
#include "names/printable.hpp"
#include "transport/quiet_thread.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace prong::pool {

namespace {

enum class State {
  open,
  granted,  // to one of those who wait, which has yet to wake up
  forking,
};

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  State state = State::open;
  std::set<int> own;     // ids of Prong's threads
  unsigned working = 0;  // of them, those that are not parked, and those that are about to start
  unsigned waiting = 0;  // threads that want to fork

  // The last one to fall asleep hands the gate over, since the moment is gone before a waiting thread wakes
  // up. Until then nobody is held up: a thread that works may itself wait for one that is about to wake up.
  // Locked.
  void grant_if_at_rest() noexcept {
    if (state == State::open && working == 0 && waiting != 0) state = State::granted;
    changed.notify_all();
  }
  void rest() noexcept {
    --working;
    grant_if_at_rest();
  }
  void work(std::unique_lock<std::mutex>& lock) noexcept {
    changed.wait(lock, [this] { return state == State::open; });
    ++working;
  }
};

// Whether the calling thread is one of Prong's.
constinit thread_local bool is_own_thread = false;

// One for the process, as forking is of the process. Never destroyed: the host's static pools may outlive it.
alignas(Gate) constinit std::byte gate_memory[sizeof(Gate)];

// A child has one thread, and may not touch what others held or waited for.
void renew_in_child() {
  new (gate_memory) Gate;
  is_own_thread = false;
}

Gate& gate() {
  static Gate& made = []() -> Gate& {
    ::pthread_atfork(nullptr, nullptr, renew_in_child);
    return *new (gate_memory) Gate;
  }();
  return made;
}

// Its entry is made by the thread that starts it, which can tell that there is no memory for it.
class OwnThread {
 public:
  using Entry = std::set<int>::node_type;
  static Entry make_entry() { return std::set<int>{0}.extract(0); }

  explicit OwnThread(Entry entry) {
    is_own_thread = true;
    entry.value() = ::gettid();
    const std::lock_guard lock{gate().mutex};
    gate().own.insert(std::move(entry));
  }
  ~OwnThread() {
    const std::lock_guard lock{gate().mutex};
    gate().own.erase(::gettid());
    gate().rest();
  }
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;
};

// A thread that was joined may still be listed for a moment; it runs no instruction of the program any more
// (PF_EXITING in the flags of proc(5)).
bool is_exiting(const std::string& status) {
  constexpr unsigned long exiting = 0x4;
  constexpr int fields_before_flags = 6;
  const char* at = status.c_str() + status.rfind(')') + 1;
  for (int i = 0; i < fields_before_flags && *at != '\0'; ++i) {
    while (*at == ' ')
      ++at;
    while (*at != ' ' && *at != '\0')
      ++at;
  }
  return (std::strtoul(at, nullptr, 10) & exiting) != 0;
}

// The names of the threads that are neither Prong's nor the calling one. Locked.
std::vector<std::string> foreign_threads(const std::set<int>& own) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/task"}) {
    const int id = std::atoi(entry.path().filename().c_str());
    if (id == ::gettid() || own.contains(id)) continue;
    std::string status;
    std::getline(std::ifstream{entry.path() / "stat"}, status, '\0');
    const std::size_t begin = status.find('(');
    const std::size_t end = status.rfind(')');
    if (end == std::string::npos || is_exiting(status)) continue;  // it has gone
    names.push_back(status.substr(begin + 1, end - begin - 1));
  }
  return names;
}

void refuse(const std::vector<std::string>& threads) {
  constexpr std::size_t named_max = 5;
  std::string list;
  for (std::size_t i = 0; i < threads.size() && i < named_max; ++i)
    list += (i > 0 ? ", " : "") + names::printable(threads[i]);
  if (threads.size() > named_max) list += ", …";
  throw UsageError{fmt::format(
      "cannot fork workers from a process with {} other {} ({}): a lock that one of them holds now, of the "
      "dynamic linker, the locale or the time zone, would stay locked in every worker. Start the pool before "
      "the threads, or by StartMethod::exec, which knows no dynamic functions, or set "
      "PoolOptions::allow_fork_with_threads",
      threads.size(), threads.size() == 1 ? "thread" : "threads", list)};
}

}  // namespace

std::thread start_own_thread(std::function<void()> body) {
  Gate& shared = gate();
  {
    std::unique_lock lock{shared.mutex};
    shared.work(lock);  // for the new thread: no fork before it has told its id
  }
  try {
    return transport::start_quiet_thread([body = std::move(body), entry = OwnThread::make_entry()]() mutable {
      const OwnThread here{std::move(entry)};
      body();
    });
  } catch (...) {
    const std::lock_guard lock{shared.mutex};
    shared.rest();
    throw;
  }
}

Parked::Parked() noexcept {
  const std::lock_guard lock{gate().mutex};
  gate().rest();
}

Parked::~Parked() {
  std::unique_lock lock{gate().mutex};
  gate().work(lock);
}

ForkPermit::ForkPermit(Options options) {
  acquire();
  try {
    const auto threads = foreign_threads(gate().own);
    alone_ = threads.empty();
    if (!alone_ && !options.despite_threads) refuse(threads);
  } catch (const std::system_error&) {
    // Without /proc the threads are unknown.
    if (options.despite_threads) return;
    release();
    throw;
  } catch (...) {
    release();
    throw;
  }
}

ForkPermit::~ForkPermit() { release(); }

void ForkPermit::acquire() {
  Gate& shared = gate();
  std::unique_lock lock{shared.mutex};
  ++shared.waiting;
  if (is_own_thread) shared.rest();
  shared.grant_if_at_rest();
  const auto deadline = std::chrono::steady_clock::now() + limits::fork_patience;
  const bool granted =
      shared.changed.wait_until(lock, deadline, [&] { return shared.state == State::granted; });
  --shared.waiting;
  if (granted) {
    shared.state = State::forking;
    return;
  }
  if (is_own_thread) shared.work(lock);
  throw PoolBroken{fmt::format(
      "cannot fork workers: {} of Prong's own threads did not come to rest within {} s; a callback of "
      "another "
      "pool may be running",
      shared.working, std::chrono::duration_cast<std::chrono::seconds>(limits::fork_patience).count())};
}

void ForkPermit::release() noexcept {
  Gate& shared = gate();
  const std::lock_guard lock{shared.mutex};
  shared.state = State::open;
  if (is_own_thread) ++shared.working;
  shared.grant_if_at_rest();
}

}  // namespace prong::pool
