// Deaths at named steps of the protocol: group A of the fault catalogue, but for what tests/pool covers.
#include "armed_faults.hpp"
#include "fixture.hpp"
#include "processes.hpp"

#include <signal.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace prong::test {

using transport::FaultPoint;

namespace {

int zygote_of(Pool& pool) {
  wait_for([&] { return !pool.worker_pids().empty(); });
  return facts_of(pool.worker_pids()[0])->parent;
}

// Both functions of these tests are loaded, and all workers have been born.
void warm_up(Pool& pool) {
  CHECK(pool.apply<std::string>("culprits.echo", std::string{"warm"}) == "warm");
  CHECK(pool.apply<double>("examples.sqrt", 4.0) == 2);
  wait_for([&] { return pool.worker_pids().size() == pool.workers(); });
}

std::vector<std::string> texts(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(std::to_string(i) + std::string(i * 10, 'x'));
  return all;
}

// Every item returned, and rightly, but for this one, whose worker was killed.
void check_echoes(const Outcomes<std::string>& outcomes, const std::vector<std::string>& items,
                  std::optional<std::size_t> crashed) {
  REQUIRE(outcomes.size() == items.size());
  CHECK(outcomes.failures().size() == (crashed ? 1 : 0));
  for (std::size_t i = 0; i < items.size(); ++i) {
    CAPTURE(i);
    const auto outcome = outcomes[i];
    if (i == crashed) {
      REQUIRE_FALSE(outcome.has_value());
      CHECK(outcome.failure().ending == Ending::crashed);
      CHECK(outcome.failure().signal == SIGKILL);
    } else {
      REQUIRE(outcome.has_value());
      CHECK(outcome.value() == items[i]);
    }
  }
}

std::vector<double> squares(std::size_t count) {
  std::vector<double> all(count);
  for (std::size_t i = 0; i < count; ++i)
    all[i] = static_cast<double>(i * i);
  return all;
}

void check_roots(const Outcomes<double>& outcomes, std::size_t count) {
  REQUIRE(outcomes.size() == count);
  CHECK(outcomes.failures().empty());
  for (std::size_t i = 0; i < count && outcomes.failures().empty(); ++i)
    CHECK(outcomes[i].value() == static_cast<double>(i));
}

}  // namespace

TEST_CASE("killed between taking a task and its first item: all of it runs elsewhere") {
  ArmedFaults faults;
  PoolFixture pool{faults.options()};
  warm_up(*pool);
  for (const std::uint64_t times : {1U, 5U}) {
    const std::uint64_t before = faults.reached(FaultPoint::dequeued);
    faults.arm(FaultPoint::dequeued, {.times = times});
    const auto items = texts(20);
    check_echoes(pool->map_outcomes<std::string>("culprits.echo", items, {.chunk_size = 4}), items, {});
    check_roots(pool->map_outcomes<double>("examples.sqrt", squares(20), {.chunk_size = 4}), 20);
    CHECK(faults.reached(FaultPoint::dequeued) >= before + times + 2);
  }
}

TEST_CASE("killed again and again before any item starts: the call is lost, the pool is not") {
  ArmedFaults faults;
  PoolFixture pool{faults.options()};
  warm_up(*pool);
  faults.arm(FaultPoint::dequeued, {.times = ArmedFaults::always});
  const auto outcomes = pool->map_outcomes<double>("examples.sqrt", squares(20), {.chunk_size = 4});
  faults.disarm(FaultPoint::dequeued);
  REQUIRE(outcomes.failures().size() == 20);
  for (const Failure& failure : outcomes.failures()) {
    CHECK(failure.ending == Ending::lost);
    CHECK(failure.what == "its workers die before they can start an item");
  }
}

TEST_CASE("killed while the pool looks at a file, or loads it: looked at again, once") {
  for (const std::uint64_t after : {0U, 1U}) {
    ArmedFaults faults;
    PoolFixture pool{faults.options()};
    faults.arm(FaultPoint::dequeued, {.after = after});
    CHECK(pool->apply<double>("examples.sqrt", 4.0) == 2);
    CHECK(faults.reached(FaultPoint::dequeued) == 4);  // look, load, run, and one of them twice
  }
}

TEST_CASE("the zygote killed while a worker looks at a file: looked at again, once") {
  ArmedFaults faults;
  PoolFixture pool{faults.options()};
  faults.arm(FaultPoint::dequeued);
  faults.arm(FaultPoint::mid_reap);
  CHECK(pool->apply<double>("examples.sqrt", 4.0) == 2);
  CHECK(faults.reached(FaultPoint::dequeued) == 4);
}

TEST_CASE("killed in the middle of a value, or before it counts: the item crashed, its neighbours did not") {
  for (const FaultPoint point : {FaultPoint::half_payload, FaultPoint::before_commit}) {
    for (const std::size_t item : {0U, 2U, 4U}) {
      CAPTURE(item);
      ArmedFaults faults;
      PoolFixture pool{faults.options(1)};
      warm_up(*pool);
      faults.arm(point, {.after = item});
      const auto items = texts(5);
      check_echoes(pool->map_outcomes<std::string>("culprits.echo", items, {.chunk_size = 5}), items, item);
    }
  }
}

TEST_CASE("killed in the middle of a value with retries: the item runs again and returns") {
  ArmedFaults faults;
  PoolFixture pool{faults.options(1)};
  warm_up(*pool);
  faults.arm(FaultPoint::half_payload, {.after = 2, .times = 3});
  const auto items = texts(5);
  check_echoes(pool->map_outcomes<std::string>("culprits.echo", items, {.chunk_size = 5, .retries = 3}),
               items, {});
}

TEST_CASE("killed in the middle of a large value: nothing of it is seen") {
  ArmedFaults faults;
  PoolFixture pool{faults.options(1)};
  warm_up(*pool);
  faults.arm(FaultPoint::half_payload, {.after = 1});
  const std::vector<std::string> items(3, std::string(20 << 20, 'y'));
  check_echoes(pool->map_outcomes<std::string>("culprits.echo", items, {.chunk_size = 3}), items, 1);
}

TEST_CASE("killed after its report, woken or not: what was reported is delivered, and it is replaced") {
  for (const FaultPoint point : {FaultPoint::after_commit, FaultPoint::after_wake}) {
    ArmedFaults faults;
    PoolFixture pool{faults.options(1)};
    warm_up(*pool);
    const auto before = pool->worker_pids();
    const auto items = texts(6);
    faults.arm(point, {.times = 2});
    check_echoes(pool->map_outcomes<std::string>("culprits.echo", items, {.chunk_size = 3}), items, {});
    faults.arm(point, {.times = 2});
    check_roots(pool->map_outcomes<double>("examples.sqrt", squares(6), {.chunk_size = 3}), 6);
    faults.arm(point);
    CHECK(pool->run<double>("culprits.pure_crash", std::vector<double>{1, 2},
                            {.bound = {bind("start", 0.5)}}) == 6.5);
    CHECK(pool->apply<double>("examples.sqrt", 4.0) == 2);
    CHECK(pool->worker_pids() != before);
  }
}

TEST_CASE("workers that die at birth: a few are nothing, too many break the pool in bounded time") {
  ArmedFaults faults;
  {
    faults.arm(FaultPoint::before_ready, {.times = 5});
    PoolFixture pool{faults.options()};
    CHECK(pool->apply<double>("examples.sqrt", 4.0) == 2);
    wait_for([&] { return faults.reached(FaultPoint::before_ready) == 7; });
  }
  const std::uint64_t before = faults.reached(FaultPoint::before_ready);
  faults.arm(FaultPoint::before_ready, {.times = ArmedFaults::always});
  Pool pool{registry(), faults.options()};
  try {
    static_cast<void>(pool.apply<double>("examples.sqrt", 4.0));
    FAIL("the pool works");
  } catch (const PoolBroken& error) {
    const std::string what = error.what();
    CAPTURE(what);
    CHECK(what.find(
              "workers in a row could not start; the last: a worker died at its birth: killed by SIGKILL") !=
          std::string::npos);
  }
  // The budget, and the other worker's last one.
  CHECK(faults.reached(FaultPoint::before_ready) <= before + 18);
}

TEST_CASE("the zygote killed idle, in the middle of a fork, or of a reap: another one goes on") {
  ArmedFaults faults;
  PoolFixture pool{faults.options()};
  warm_up(*pool);
  const int first = zygote_of(*pool);
  SUBCASE("idle") { ::kill(first, SIGKILL); }
  SUBCASE("in a fork") {
    faults.arm(FaultPoint::mid_fork);
    ::kill(pool->worker_pids()[0], SIGKILL);
  }
  SUBCASE("in a fork, again and again") {
    faults.arm(FaultPoint::mid_fork, {.times = 6});
    ::kill(pool->worker_pids()[0], SIGKILL);
  }
  SUBCASE("in a reap") {
    faults.arm(FaultPoint::mid_reap);
    ::kill(pool->worker_pids()[0], SIGKILL);
  }
  wait_for([&] { return zygote_of(*pool) != first; });
  wait_for([&] { return pool->worker_pids().size() == 2; });
  check_roots(pool->map_outcomes<double>("examples.sqrt", squares(20), {.chunk_size = 4}), 20);
}

TEST_CASE("the zygote killed while it reaps a worker that ran an item: that item has an ending too") {
  ArmedFaults faults;
  PoolFixture pool{faults.options(1)};
  warm_up(*pool);
  faults.arm(FaultPoint::mid_reap);
  const auto outcomes =
      pool->map_outcomes<double>("culprits.kill_self", std::vector<double>{0, 1, 0}, {.chunk_size = 3});
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].index == 1);
  // Nobody knows any more what ended the worker.
  CHECK(outcomes.failures()[0].ending == Ending::lost);
}

TEST_CASE("a zygote that dies in every fork breaks the pool with that reason, in bounded time") {
  ArmedFaults faults;
  faults.arm(FaultPoint::mid_fork, {.times = ArmedFaults::always});
  Pool pool{registry(), faults.options()};
  CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("examples.sqrt", 4.0)), PoolBroken);
  CHECK(faults.reached(FaultPoint::mid_fork) <= 20);
}

TEST_CASE("a zygote that was stopped: results still flow, and what waits for it is bounded") {
  ArmedFaults faults;
  PoolFixture reaping{faults.options()};
  warm_up(*reaping);
  PoolFixture forking{faults.options()};
  warm_up(*forking);
  // One owes a burial, the other a birth.
  const int zygote = zygote_of(*reaping);
  ::kill(zygote, SIGSTOP);
  faults.arm(FaultPoint::mid_fork, {.signal = SIGSTOP});
  for (Pool* pool : {&*reaping, &*forking})
    ::kill(pool->worker_pids()[0], SIGKILL);
  for (Pool* pool : {&*reaping, &*forking})
    wait_for([&] { return pool->worker_pids().size() == 1; });
  for (Pool* pool : {&*reaping, &*forking})
    check_roots(pool->map_outcomes<double>("examples.sqrt", squares(20), {.chunk_size = 4}), 20);
  for (Pool* pool : {&*reaping, &*forking})
    wait_for([&] { return pool->worker_pids().size() == 2; });
  CHECK(zygote_of(*reaping) != zygote);
}

TEST_CASE("a death in the middle of a pool's end: the end is bounded, and nobody is left") {
  for (const int signal : {SIGKILL, SIGSTOP}) {
    CAPTURE(signal);
    ArmedFaults faults;
    auto pool = std::make_unique<Pool>(registry(), faults.options());
    warm_up(*pool);
    const std::vector<int> workers = pool->worker_pids();
    const int zygote = zygote_of(*pool);
    faults.arm(FaultPoint::shutdown, {.signal = signal});
    const auto hours = pool->map_async<double>("examples.slow", std::vector<double>(4, 3600));
    pool.reset();
    CHECK(faults.reached(FaultPoint::shutdown) == 1);
    CHECK_THROWS_AS(static_cast<void>(hours.get()), TaskFailed);
    for (const int pid : workers)
      wait_for([&] { return has_ended(pid); });
    wait_for([&] { return has_ended(zygote); });
  }
}

TEST_CASE("workers that die while a pool drains: close and join deliver everything") {
  for (const FaultPoint point : {FaultPoint::dequeued, FaultPoint::after_commit, FaultPoint::after_wake}) {
    ArmedFaults faults;
    PoolFixture pool{faults.options()};
    pool.expect_ended();
    warm_up(*pool);
    faults.arm(point, {.times = 4});
    const auto roots = pool->map_async<double>("examples.sqrt", squares(100), {.chunk_size = 5});
    pool->close();
    pool->join();
    CHECK(roots.get()[99] == 99);
  }
}

}  // namespace prong::test
