// Workers that write noise over everything they share with the host, while it reads: whatever they do to
// themselves, the host, its other pools and later workers go on, in bounded time.
#include "fixture.hpp"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t items = 40;
constexpr auto attack_time = 700ms;

std::vector<double> numbers() {
  std::vector<double> all(items);
  std::iota(all.begin(), all.end(), 1.0);
  return all;
}

std::vector<std::string> texts() {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < items; ++i)
    all.push_back(std::string(20 + i, static_cast<char>('a' + i % 26)));
  return all;
}

// Whoever lies may die in any way, and is killed; nothing else may come of it.
void check_endings(const std::vector<Failure>& failures) {
  for (const Failure& failure : failures) {
    CAPTURE(failure.message());
    const bool expected =
        failure.ending == Ending::crashed || failure.ending == Ending::exited ||
        failure.ending == Ending::timed_out || failure.ending == Ending::threw ||
        failure.ending == Ending::too_large ||
        (failure.ending == Ending::lost && failure.what == "its workers die before they can start an item");
    CHECK(expected);
  }
}

// Calls of another pool of the same host, which must not notice.
class Bystander {
 public:
  Bystander() {
    wait_for([&] { return calls_ > 0; });
  }
  void check() { CHECK(wrong_ == 0); }
  ~Bystander() { thread_ = {}; }

 private:
  void work(const std::stop_token& stop) {
    Pool pool{registry(), {.workers = 1}};
    while (!stop.stop_requested()) {
      const auto outcomes = pool.map_outcomes<double>("examples.sqrt", numbers(), {.chunk_size = 7});
      for (std::size_t i = 0; i < items; ++i) {
        if (!outcomes[i] || outcomes[i].value() != std::sqrt(static_cast<double>(i + 1))) ++wrong_;
      }
      ++calls_;
    }
  }

  std::atomic<int> calls_ = 0;
  std::atomic<int> wrong_ = 0;
  std::jthread thread_{[this](const std::stop_token& stop) { work(stop); }};
};

// Lets one attack go on for a while. Returns how many items failed.
std::size_t attack(Pool& pool, const std::string& function, std::uint64_t chunk_size = 3) {
  // With a limit, since a worker whose words are noise may sleep for ever.
  const MapOptions options{.chunk_size = chunk_size, .timeout = 100ms};
  std::size_t failures = 0;
  for (const auto until = std::chrono::steady_clock::now() + attack_time;
       std::chrono::steady_clock::now() < until;) {
    if (function == "attacker.arena") {
      const auto outcomes = pool.map_outcomes<std::string>(function, texts(), options);
      REQUIRE(outcomes.size() == items);
      for (std::size_t i = 0; i < items; ++i)
        if (const auto outcome = outcomes[i]) static_cast<void>(outcome.value());
      check_endings(outcomes.failures());
      failures += outcomes.failures().size();
    } else {
      const auto outcomes = pool.map_outcomes<double>(function, numbers(), options);
      REQUIRE(outcomes.size() == items);
      check_endings(outcomes.failures());
      failures += outcomes.failures().size();
    }
  }
  return failures;
}

// Their threads go on attacking as long as they live. The pids are our own workers'.
void end_workers(Pool& pool) {
  for (const int pid : pool.worker_pids())
    ::kill(pid, SIGKILL);
}

}  // namespace

TEST_CASE("a worker that scribbles over what it shares is killed, or fails; nobody else notices") {
  Bystander bystander;
  for (const char* function :
       {"attacker.reports", "attacker.progress", "attacker.tasks", "attacker.arena", "attacker.all"}) {
    CAPTURE(function);
    PoolFixture pool;
    const std::size_t failures = attack(*pool, function);
    CAPTURE(failures);
    end_workers(*pool);
    CHECK(pool->apply<double>("examples.sqrt", 9.0) == 3);
  }
  bystander.check();
}

// If the host read them, a worker that makes that block, and takes the count first, would hold the host's
// lock for ever. As it is, each stolen one costs limits::deaf_time.
TEST_CASE("a worker that steals the host's wake-ups does not stop the host") {
  PoolFixture pool;
  CHECK(attack(*pool, "attacker.signals", items / 2) == 0);
  end_workers(*pool);
}

}  // namespace prong::test
