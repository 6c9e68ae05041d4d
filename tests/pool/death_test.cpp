// Deaths that no item is to blame for: of workers, of the zygote, of all at once, at any time.
#include "fixture.hpp"

#include <signal.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <stop_token>

namespace prong::test {

namespace {

int parent_of(int pid) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string word; status >> word;) {
    if (word == "PPid:") status >> pid;
  }
  return pid;
}

// The pids in tests are our own workers', alive or unreaped by the zygote at the time of the call.
void kill_all(const std::vector<int>& pids) {
  for (const int pid : pids)
    ::kill(pid, SIGKILL);
}

// All items end once: those that returned are right, the others were running when their worker died.
void check_endings(const Outcomes<double>& outcomes, const std::vector<double>& xs,
                   std::size_t failures_max) {
  REQUIRE(outcomes.size() == xs.size());
  CHECK(outcomes.failures().size() <= failures_max);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const auto outcome = outcomes[i];
    if (outcome) wrong += outcome.value() != xs[i] ? 1 : 0;
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("an idle worker that is killed is replaced, and no call is affected") {
  PoolFixture pool;
  for (int round = 0; round < 20; ++round) {
    wait_for([&] { return pool->worker_pids().size() == 2; });
    ::kill(pool->worker_pids()[static_cast<std::size_t>(round % 2)], SIGKILL);
    CHECK(pool->apply<double>("examples.square", 3.0) == 9);
  }
}

TEST_CASE("all workers killed at once, idle and busy: each item is accounted for") {
  for (const unsigned workers : {1U, 2U, 5U, 13U}) {
    CAPTURE(workers);
    PoolFixture pool{{.workers = workers}};
    const std::vector<double> xs(200, 0.002);
    static_cast<void>(
        pool->apply<double>("examples.slow", 0.0));  // found and loaded before the killing starts
    std::jthread killer{[&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        kill_all(pool->worker_pids());
        std::this_thread::sleep_for(std::chrono::milliseconds{30});
      }
    }};
    const auto outcomes = pool->map_outcomes<double>("examples.slow", xs, {.chunk_size = 5});
    killer.request_stop();
    killer.join();
    check_endings(outcomes, xs, xs.size());
    for (const Failure& failure : outcomes.failures())
      CHECK(failure.signal == SIGKILL);
  }
}

TEST_CASE("the zygote killed while work runs: what ran is lost, the rest is done by a new one") {
  PoolFixture pool;
  wait_for([&] { return pool->worker_pids().size() == 2; });
  const int zygote = parent_of(pool->worker_pids()[0]);
  const std::vector<double> xs(100, 0.005);
  std::jthread killer{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    ::kill(zygote, SIGKILL);
  }};
  const auto outcomes = pool->map_outcomes<double>("examples.slow", xs);
  killer.join();
  check_endings(outcomes, xs, 2);
  wait_for([&] { return pool->worker_pids().size() == 2; });
  CHECK(parent_of(pool->worker_pids()[0]) != zygote);
}

TEST_CASE("the zygote killed: what plugins have started is ended by the host, soon or with the pool") {
  for (const bool goes_on : {true, false}) {
    CAPTURE(goes_on);
    std::vector<int> left;
    {
      PoolFixture pool{{.workers = 1}};
      left.push_back(static_cast<int>(pool->apply<double>("culprits.leave_daemon", 0.0)));
      left.push_back(static_cast<int>(pool->apply<double>("culprits.leave_program", 0.0)));
      for (const int pid : left)
        REQUIRE(is_running(pid));
      const int worker = pool->worker_pids()[0];
      if (!goes_on) pool.expect_ended();
      ::kill(parent_of(worker), SIGKILL);
      if (goes_on) {
        for (const int pid : left)
          wait_for([&] { return !is_running(pid); });
      }
    }
    for (const int pid : left)
      wait_for([&] { return !is_running(pid); });
  }
}

TEST_CASE("a function that kills its workers between items does not make the pool hang") {
  PoolFixture pool;
  pool.expect_ended();
  const auto outcomes =
      pool->map_outcomes<double>("culprits.kill_later", std::vector<double>(50, 1.0), {.chunk_size = 1});
  CHECK(outcomes.size() == 50);
  // The last of them may still take its worker along; in the end all workers are innocent.
  wait_for(
      [&] { return pool->map_outcomes<double>("examples.square", std::vector<double>{3.0})[0].has_value(); });
}

TEST_CASE("terminate loses what has not ended, at once, with the reason") {
  PoolFixture pool;
  pool.expect_ended();
  const std::vector<double> hours(1000, 3600);
  auto job = pool->submit({.function = "examples.slow", .item_signature = "f64"},
                          {.bytes = std::as_bytes(std::span{hours}), .count = hours.size()});
  pool->terminate();
  const ResultSet set{job.collect()};
  REQUIRE(set.failures().size() == 1000);
  for (const Failure& failure : set.failures()) {
    CHECK(failure.ending == Ending::lost);
    CHECK(failure.what == "the pool was terminated");
  }
  pool->join();
}

TEST_CASE("a zygote that cannot be started is an error that names it") {
  const std::size_t before = open_descriptors();
  CHECK_THROWS_WITH_AS(Pool(registry(), {.workers = 1, .zygote = "/nonexistent/zygote"}),
                       "cannot start the zygote /nonexistent/zygote: No such file or directory", PoolBroken);
  CHECK(open_descriptors() == before);
}

TEST_CASE("a zygote that is none breaks the pool with a reason, in bounded time") {
  Pool pool{registry(), {.workers = 2, .zygote = "/bin/true"}};
  CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("examples.square", 1.0)), PoolBroken);
}

}  // namespace prong::test
