// How an item ends: one row of the closed list each, told apart, with the others of the chunk unharmed.
#include "fixture.hpp"

#include <csignal>

namespace prong::test {

namespace {

// Item 2 of 5 is guilty; all in one chunk.
Outcomes<double> one_guilty(PoolFixture& pool, std::string_view function, double guilt = 1) {
  const std::vector<double> xs{0, 0, guilt, 0, 0};
  auto outcomes = pool->map_outcomes<double>(function, xs, {.chunk_size = 5});
  REQUIRE(outcomes.size() == 5);
  for (const std::size_t i : {0u, 1u, 3u, 4u})
    CHECK(outcomes[i].has_value());
  return outcomes;
}

Failure guilty(PoolFixture& pool, std::string_view function, double guilt = 1) {
  const auto outcomes = one_guilty(pool, function, guilt);
  REQUIRE(outcomes.failures().size() == 1);
  const Failure failure = outcomes.failures()[0];
  CHECK(failure.index == 2);
  CHECK(failure.function == function);
  CHECK(failure.worker > 0);
  return failure;
}

}  // namespace

TEST_CASE("threw: type and what, and the worker lives on") {
  PoolFixture pool{{.workers = 1}};
  static_cast<void>(pool->apply<double>("culprits.segv", 0.0));
  const auto workers = pool->worker_pids();
  const auto check = [&](std::string_view function, std::string_view type, std::string_view what) {
    CAPTURE(function);
    const Failure failure = guilty(pool, function);
    CHECK(failure.ending == Ending::threw);
    CHECK(failure.type == type);
    CHECK(failure.what == what);
  };
  check("culprits.throw_int", "int", "thrown, and not a std::exception");
  check("culprits.throw_nested", "std::runtime_error", "outer: inner");
  const Failure own = guilty(pool, "culprits.throw_own");
  CHECK(own.type.find("OwnType") != std::string::npos);
  CHECK(guilty(pool, "culprits.throw_unprintable").ending == Ending::threw);
  const Failure cut = guilty(pool, "culprits.throw_long");
  CHECK(cut.what.size() <= 4096);
  CHECK(cut.what.starts_with("xxxx"));
  CHECK(guilty(pool, "culprits.allocate_all").type == "std::bad_alloc");
  CHECK(pool->worker_pids() == workers);
}

TEST_CASE("crashed: the signal") {
  PoolFixture pool;
  const auto check = [&](std::string_view function, int signal) {
    CAPTURE(function);
    const Failure failure = guilty(pool, function);
    CHECK(failure.ending == Ending::crashed);
    CHECK(failure.signal == signal);
  };
  check("culprits.segv", SIGSEGV);
  check("culprits.kill_self", SIGKILL);
  check("culprits.kill_group", SIGTERM);
  check("culprits.call_abort", SIGABRT);
  check("culprits.call_terminate", SIGABRT);
  check("culprits.throw_through_noexcept", SIGABRT);
  check("culprits.overflow_stack", SIGSEGV);
  const auto divided = pool->map_outcomes<double>("culprits.divide", std::vector<std::int64_t>{0, 1, 0});
  REQUIRE(divided.failures().size() == 1);
  CHECK(divided.failures()[0].signal == SIGFPE);
  CHECK(divided.failures()[0].index == 1);
}

TEST_CASE("exited: the code; also exit(0) is a failure") {
  PoolFixture pool;
  for (const auto* function :
       {"culprits.call_exit", "culprits.call_quick_exit", "culprits.call_underscore_exit"}) {
    CAPTURE(function);
    for (const int code : {0, 7}) {
      const Failure failure = guilty(pool, function, code + 1);
      CHECK(failure.ending == Ending::exited);
      CHECK(failure.exit_code == code);
    }
  }
}

TEST_CASE("pthread_exit is no return: it ends the worker") {
  PoolFixture pool;
  const Failure failure = guilty(pool, "culprits.exit_thread");
  CHECK(failure.ending == Ending::crashed);
  if (!PRONG_SANITIZED) CHECK(failure.signal == SIGABRT);  // a sanitizer's thread ends in its own way
}

TEST_CASE("a pure function's culprit is found among its block") {
  PoolFixture pool;
  std::vector<double> xs(5000);
  for (std::size_t i = 0; i < xs.size(); ++i)
    xs[i] = static_cast<double>(i);
  const auto outcomes = pool->map_outcomes<double>("culprits.pure_crash", xs, {.chunk_size = 2000});
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].index == 700);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (i != 700) REQUIRE(outcomes[i].value() == xs[i] * 2);
  }
}

TEST_CASE("results of variable size before and after a crash are kept") {
  PoolFixture pool;
  std::vector<std::string> texts(300, "text");
  texts[100] = "crash";
  texts[200] = "throw";
  const auto outcomes = pool->map_outcomes<std::string>("culprits.echo", texts, {.chunk_size = 300});
  REQUIRE(outcomes.failures().size() == 2);
  CHECK(outcomes.failures()[0].index == 100);
  CHECK(outcomes.failures()[0].ending == Ending::crashed);
  CHECK(outcomes.failures()[1].index == 200);
  CHECK(outcomes.failures()[1].what == "asked to");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 100 && i != 200) REQUIRE(outcomes[i].value() == "text");
  }
}

TEST_CASE("map waits for all, then throws the first failure") {
  PoolFixture pool;
  try {
    static_cast<void>(pool->map<double>("examples.sqrt", std::vector<double>{4, -1, 9, -2}));
    FAIL("it did not throw");
  } catch (const TaskFailed& failed) {
    CHECK(failed.failure().index == 1);
    CHECK(failed.failure().type == "std::domain_error");
  }
}

TEST_CASE("a result function's failure is the call's") {
  PoolFixture pool;
  const std::vector<double> xs{0, 0, 0};
  try {
    static_cast<void>(pool->run<double>("culprits.segv", xs));
    FAIL("it did not throw");
  } catch (const TaskFailed& failed) {
    CHECK(failed.failure().ending == Ending::threw);
    CHECK(failed.failure().what == "no report of 3");
  }
  try {
    static_cast<void>(pool->run<double>("culprits.kill_self", xs));
    FAIL("it did not throw");
  } catch (const TaskFailed& failed) {
    CHECK(failed.failure().ending == Ending::crashed);
  }
}

TEST_CASE("a worker that closed all its descriptors, or left a thread, is no harm to the host") {
  PoolFixture pool;
  static_cast<void>(
      pool->map_outcomes<double>("culprits.close_everything", std::vector<double>{0, 1, 0, 0, 0, 0}));
  static_cast<void>(pool->map_outcomes<double>("culprits.leave_thread", std::vector<double>{0, 1, 0}));
}

TEST_CASE("large results: more than any ring, and empty ones") {
  PoolFixture pool;
  const std::vector<std::int64_t> sizes{0, 1, 100'000'000, 5, 64 << 20};
  const auto texts = pool->map<std::string_view>("culprits.repeat", sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i)
    CHECK(texts[i].size() == static_cast<std::size_t>(sizes[i]));
}

}  // namespace prong::test
