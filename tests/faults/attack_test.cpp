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

// One call; every item ends, and its value is read if there is one. With a limit, since a worker whose words
// are noise may sleep for ever.
std::vector<Failure> call(Pool& pool, const std::string& function, std::uint64_t chunk_size) {
  const MapOptions options{.chunk_size = chunk_size, .timeout = 100ms};
  if (function != "attacker.arena") {
    const auto outcomes = pool.map_outcomes<double>(function, numbers(), options);
    REQUIRE(outcomes.size() == items);
    return outcomes.failures();
  }
  const auto outcomes = pool.map_outcomes<std::string>(function, texts(), options);
  REQUIRE(outcomes.size() == items);
  for (std::size_t i = 0; i < items; ++i) {
    if (const auto outcome = outcomes[i]) CHECK(outcome.value().size() < (std::size_t{1} << 20));
  }
  return outcomes.failures();
}

bool is_lie(const Failure& failure) {
  return failure.what == "the worker was killed: it wrote an impossible report";
}

// What is found out for certain when it goes on for long enough.
bool is_found_out(const std::string& function) {
  return function == "attacker.reports" || function == "attacker.arena" || function == "attacker.all";
}

// Lets one attack go on for a while, and until a lie was found where there must be one.
void attack(Pool& pool, const std::string& function) {
  std::size_t lies = 0;
  const auto until = std::chrono::steady_clock::now() + attack_time;
  while (std::chrono::steady_clock::now() < until || (lies == 0 && is_found_out(function))) {
    const auto failures = call(pool, function, 3);
    check_endings(failures);
    lies += static_cast<std::size_t>(std::ranges::count_if(failures, is_lie));
  }
}

// Their threads go on attacking as long as they live, and what they wrote last is read: an item that is
// handed to one before its death is known may be blamed. The pids are our own workers'.
void end_workers(Pool& pool) {
  const std::vector<int> attackers = pool.worker_pids();
  for (const int pid : attackers)
    ::kill(pid, SIGKILL);
  wait_for([&] {
    const std::vector<int> alive = pool.worker_pids();
    return std::ranges::find_first_of(alive, attackers) == alive.end();
  });
}

}  // namespace

TEST_CASE("a worker that scribbles over what it shares is killed, or fails; nobody else notices") {
  Bystander bystander;
  for (const char* function : {"attacker.reports", "attacker.progress", "attacker.tasks", "attacker.arena",
                               "attacker.outputs", "attacker.all"}) {
    CAPTURE(function);
    PoolFixture pool;
    attack(*pool, function);
    end_workers(*pool);
    CHECK(pool->apply<double>("examples.sqrt", 9.0) == 3);
  }
  bystander.check();
}

TEST_CASE("the same in sandboxes: at strict, results come through what it scribbles over") {
  Bystander bystander;
  for (const Sandbox level : {Sandbox::limits, Sandbox::strict}) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{{.workers = 2, .sandbox = level}};
    attack(*pool, "attacker.all");
    end_workers(*pool);
    CHECK(pool->apply<double>("examples.sqrt", 9.0) == 3);
  }
  bystander.check();
}

// If the host read them, a worker that makes that block, and takes the count first, would hold the host's
// lock for ever. As it is, each stolen one costs limits::deaf_time.
TEST_CASE("a worker that steals the host's wake-ups does not stop the host") {
  PoolFixture pool;
  const auto until = std::chrono::steady_clock::now() + attack_time;
  while (std::chrono::steady_clock::now() < until)
    CHECK(call(*pool, "attacker.signals", items / 2).empty());
  end_workers(*pool);
}

}  // namespace prong::test
