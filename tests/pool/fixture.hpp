// A pool over the culprits, the echoes and the shipped plugins, and the oracle of every test: afterwards the
// pool answers, and when it has ended nothing is left.
#pragma once

#include <prong/prong.hpp>

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace prong::test {

inline std::filesystem::path culprits() { return PRONG_TEST_CULPRITS; }

inline std::filesystem::path echoes() { return PRONG_TEST_ECHOES; }

inline Registry registry() { return Registry{{.plugin_path = {culprits(), echoes()}}}; }

inline std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {}));
}

// The thread sanitizer has a thread of its own in every process.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PRONG_TEST_TSAN 1
#endif
#endif
#ifdef PRONG_TEST_TSAN
inline constexpr bool always_threads = true;
#else
inline constexpr bool always_threads = false;
#endif

inline PoolOptions forked(unsigned workers = 2) {
  return {.workers = workers, .start_method = StartMethod::fork, .allow_fork_with_threads = always_threads};
}

inline bool is_alive(int pid) { return std::filesystem::exists("/proc/" + std::to_string(pid)); }

// And no zombie, which its new parent reaps when it likes.
inline bool is_running(int pid) {
  std::ifstream stat{"/proc/" + std::to_string(pid) + "/stat"};
  const std::string text{std::istreambuf_iterator<char>{stat}, {}};
  const std::size_t name_end = text.rfind(") ");
  return name_end != std::string::npos && text[name_end + 2] != 'Z' && text[name_end + 2] != 'X';
}

// Waits without a limit of its own: ctest's time-out is the watchdog.
template <class Condition>
void wait_for(const Condition& condition) {
  while (!condition())
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

// All of them, once they are born. Returns their pids when they are gone.
inline std::vector<int> kill_all_workers(const Pool& pool) {
  wait_for([&] { return pool.worker_pids().size() == pool.workers(); });
  const auto pids = pool.worker_pids();
  for (const int pid : pids)
    ::kill(pid, SIGKILL);
  for (const int pid : pids)
    wait_for([&] { return !is_alive(pid); });
  return pids;
}

// The same; returns when others have taken their places, for which the pool must not break meanwhile.
inline void kill_workers(const Pool& pool) {
  const auto before = kill_all_workers(pool);
  wait_for([&] {
    const auto now = pool.worker_pids();
    return now.size() == before.size() &&
           std::ranges::none_of(now, [&](int pid) { return std::ranges::find(before, pid) != before.end(); });
  });
}

// A folder for plugins of its own, removed at the end.
class Folder {
 public:
  Folder() {
    std::filesystem::create_directory(path);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // In one step, as an installer does it.
  void put(const std::filesystem::path& file, const std::string& name) const {
    std::filesystem::copy_file(file, path / "new");
    std::filesystem::rename(path / "new", path / name);
  }
  [[nodiscard]] Registry registry() const { return Registry{{.plugin_path = {path}, .default_path = false}}; }

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("prong-test-" + std::to_string(::getpid()));
};

class PoolFixture {
 public:
  explicit PoolFixture(PoolOptions options = {.workers = 2}) : PoolFixture{registry(), options} {}
  PoolFixture(const Registry& functions, const PoolOptions& options)
      : functions_{functions}, before_{open_descriptors()}, pool_{new Pool{functions_, options}} {}
  ~PoolFixture() {
    std::vector<int> workers;
    if (!ended_) {
      CHECK_NOTHROW(check_that_it_answers());
      workers = pool_->worker_pids();
    }
    pool_.reset();
    for (const int pid : workers)
      wait_for([&] { return !is_alive(pid); });
    CHECK(open_descriptors() == before_);
  }
  Pool* operator->() { return pool_.get(); }
  Pool& operator*() { return *pool_; }
  void expect_ended() { ended_ = true; }

 private:
  void check_that_it_answers() {
    std::vector<double> xs(1000);
    for (std::size_t i = 0; i < xs.size(); ++i)
      xs[i] = static_cast<double>(i);
    const std::vector<double> squares = pool_->map<double>("examples.square", xs);
    for (std::size_t i = 0; i < xs.size(); ++i)
      CHECK(squares[i] == xs[i] * xs[i]);
  }

  Registry functions_;  // keeps its folders open
  std::size_t before_;
  std::unique_ptr<Pool> pool_;
  bool ended_ = false;
};

}  // namespace prong::test
