// What plugins print: never among results, bounded, and with the account of a death.
#include "captured_error.hpp"
#include "fixture.hpp"

namespace prong::test {

TEST_CASE("lines that a plugin prints arrive on standard error, with the worker's pid") {
  CapturedError error;
  {
    Pool pool{registry(), {.workers = 1}};
    CHECK(pool.apply<double>("culprits.print", 42.0) == 42);
    wait_for([&] { return error.text().find("printed by a plugin: 42\n") != std::string::npos; });
    CHECK(error.text().find("prong: worker " + std::to_string(pool.worker_pids()[0]) +
                            ": printed by a plugin: 42\n") != std::string::npos);
  }
  error.restore();
}

TEST_CASE("the end of what a worker printed goes with its death") {
  CapturedError error;
  Pool pool{registry(), {.workers = 1}};
  const auto outcomes = pool.map_outcomes<double>("culprits.print_and_crash", std::vector<double>{0, 1, 0});
  error.restore();
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].output.ends_with("last words\n"));
  CHECK(outcomes.failures()[0].output.size() <= 4096);
}

TEST_CASE("a line that was begun arrives when the worker ends") {
  CapturedError error;
  {
    PoolFixture pool{{.workers = 1}};
    CHECK(pool->apply<double>("culprits.begin_line", 3.0) == 3);
  }
  CHECK(error.text().find(": begun\n") != std::string::npos);
}

TEST_CASE("a flood neither blocks the host nor grows it, and says what it dropped") {
  CapturedError error;
  Pool pool{registry(), {.workers = 2}};
  // 50 MB of lines, control characters and broken UTF-8, with nobody reading our standard error.
  CHECK(pool.apply<double>("culprits.flood", 50e6) == 50e6);
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
  error.restore();
  CHECK(error.text().size() < 200'000);
  CHECK(error.text().find('\x1b') == std::string::npos);
}

}  // namespace prong::test
