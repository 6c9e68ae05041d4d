// storm [SECONDS | --kills N] [SEED]: pools at work while their processes are killed at random, for so long
// or until so many were. Counts items that were lost, came twice, or came wrong, and prints one line of
// totals. Exit status 1 when there was one.
#include "calls.hpp"
#include "killer.hpp"
#include "processes.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace prong::test {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A pool lives so long: some of its memory is not used again after a death, and pools should end in the storm
// too.
constexpr auto pool_time = 2s;
constexpr unsigned callers = 3;
// No call ends for so long: something hangs.
constexpr auto patience = 60s;

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {}));
}

// Ends the process, with what is known, when the account stands still.
class Watchdog {
 public:
  explicit Watchdog(const Account& account)
      : thread_{[this, &account](const std::stop_token& stop) { watch(account, stop); }} {}

 private:
  void watch(const Account& account, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    for (std::uint64_t calls = account.calls; !stop.stop_requested();) {
      changed_.wait_for(lock, stop, patience, [] { return false; });
      if (stop.stop_requested()) return;
      const std::uint64_t now = account.calls;
      if (now == calls) {
        fmt::print(stderr, "storm: no call has ended for {} s\n{}\n", patience.count(), account.summary());
        std::abort();
      }
      calls = now;
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

// Whichever comes first.
struct Length {
  Clock::time_point end = Clock::time_point::max();
  std::uint64_t kills = UINT64_MAX;
};

class Storm {
 public:
  Storm(const Length& length, std::uint64_t seed) : random_{seed}, length_{length} {
    functions_.emplace(RegistryOptions{.plugin_path = {PRONG_TEST_STORM_PLUGINS}});
  }

  void run() {
    const Watchdog watchdog{account_};
    const std::size_t descriptors = open_descriptors();
    while (Clock::now() < length_.end && kills() < length_.kills) {
      run_pool();
      ++pools_;
      check_remains(descriptors);
    }
  }

  [[nodiscard]] bool is_clean() const { return account_.is_clean(); }
  [[nodiscard]] std::string summary() const {
    return fmt::format("{} pools, {} kills ({} workers, {} zygotes), {} stops; {} calls, {}", pools_, kills(),
                       killed_.workers.load(), killed_.zygotes.load(), killed_.stops.load(),
                       account_.calls.load(), account_.summary());
  }

 private:
  [[nodiscard]] std::uint64_t kills() const { return killed_.workers + killed_.zygotes; }

  void run_pool() {
    account_.expect_end(false);
    auto pool = std::make_unique<Pool>(*functions_, random_options());
    Killer killer{*pool, random_(), killed_};
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < callers; ++i)
      threads.emplace_back([&, seed = random_()](const std::stop_token& stop) { call(*pool, seed, stop); });
    std::this_thread::sleep_until(std::min(length_.end, Clock::now() + pool_time));
    const auto choice = random_() % 3;
    if (choice == 0) account_.expect_end(true);
    if (choice == 0) pool->terminate();
    for (std::jthread& thread : threads)
      thread.request_stop();
    threads.clear();
    if (choice == 1) pool->close();
    if (choice != 2) pool->join();
    killer.stop();
  }

  void call(Pool& pool, std::uint64_t seed, const std::stop_token& stop) {
    Caller caller{pool, tally_, account_, std::mt19937_64{seed}};
    while (!stop.stop_requested())
      make_random_call(caller);
  }

  PoolOptions random_options() {
    PoolOptions options{.workers = static_cast<unsigned>(1 + random_() % 6)};
    if (random_() % 4 == 0) options.max_tasks_per_child = 1 + random_() % 5000;
    if (random_() % 4 == 0) options.idle_timeout = std::chrono::milliseconds{1 + random_() % 20};
    return options;
  }

  // Of the pool that has ended nothing may be left: processes, descriptors, children.
  void check_remains(std::size_t descriptors) {
    constexpr auto patience_for_ends = 10s;
    const auto until = Clock::now() + patience_for_ends;
    std::vector<int> left = find_started_with(mark_of_ours());
    while (!left.empty() && Clock::now() < until) {
      std::this_thread::sleep_for(1ms);
      left = find_started_with(mark_of_ours());
    }
    for (const int pid : left)
      account_.wrong(fmt::format("process {} is left of a pool that has ended", pid));
    if (open_descriptors() != descriptors)
      account_.wrong(fmt::format("{} descriptors are open, {} were", open_descriptors(), descriptors));
    if (::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD) account_.wrong("a child is left");
  }

  std::mt19937_64 random_;
  Length length_;
  Tally tally_;
  Account account_{tally_};
  KillerTotals killed_;
  std::optional<Registry> functions_;
  unsigned pools_ = 0;
};

std::optional<std::uint64_t> number_in(const char* text) {
  std::uint64_t number = 0;
  const char* end = text + std::strlen(text);
  const auto result = std::from_chars(text, end, number);
  return result.ec == std::errc{} && result.ptr == end ? std::optional{number} : std::nullopt;
}

int run_storm(int count, char** arguments) {
  const bool counts = count > 1 && std::string_view{arguments[1]} == "--kills";
  const int length_at = counts ? 2 : 1;
  std::optional<std::uint64_t> number = 20;
  if (counts || count > 1) number = count > length_at ? number_in(arguments[length_at]) : std::nullopt;
  const auto seed = count > length_at + 1 ? number_in(arguments[length_at + 1]) : std::random_device{}();
  if (count > length_at + 2 || !number || !seed) {
    fmt::print(stderr, "usage: storm [SECONDS | --kills N] [SEED]\n");
    return 2;
  }
  fmt::print("storm: seed {}\n", *seed);
  std::fflush(stdout);
  const auto begin = Clock::now();
  Storm storm{counts ? Length{.kills = *number} : Length{.end = begin + std::chrono::seconds{*number}},
              *seed};
  storm.run();
  fmt::print("storm: {} s, {}\n", std::chrono::round<std::chrono::seconds>(Clock::now() - begin).count(),
             storm.summary());
  return storm.is_clean() ? 0 : 1;
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) { return prong::test::run_storm(count, arguments); }
