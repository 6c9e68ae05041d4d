// The life of a pool: several calls at once, closing, joining, and being dropped.
#include "fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <numeric>

namespace prong::test {

TEST_CASE("many threads use one pool at once") {
  PoolFixture pool;
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      std::vector<double> xs(1000);
      std::iota(xs.begin(), xs.end(), thread * 1000.0);
      for (int round = 0; round < 20; ++round) {
        const auto squares = pool->map<double>("examples.square", xs);
        for (std::size_t i = 0; i < xs.size(); ++i)
          wrong += squares[i] != xs[i] * xs[i] ? 1 : 0;
        wrong += pool->apply<std::string>("examples.upper", "x") != "X" ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("close lets running calls end; later ones are errors; join before close is one") {
  PoolFixture pool;
  pool.expect_ended();
  const std::vector<double> seconds(20, 0.01);
  Job job =
      pool->submit({.function = "examples.slow"}, {.bytes = std::as_bytes(std::span{seconds}), .count = 20});
  CHECK_THROWS_AS(pool->join(), UsageError);
  pool->close();
  CHECK_THROWS_AS(static_cast<void>(pool->apply<double>("examples.square", 1.0)), UsageError);
  pool->join();
  CHECK(ResultSet{job.collect()}.failures().empty());
  pool->join();
  CHECK_THROWS_AS(static_cast<void>(pool->apply<double>("examples.square", 1.0)), UsageError);
}

TEST_CASE("terminate with a huge backlog, twice, and a drop without any goodbye") {
  PoolFixture pool;
  pool.expect_ended();
  const std::vector<double> hours(1'000'000, 3600);
  Job job = pool->submit({.function = "examples.slow"},
                         {.bytes = std::as_bytes(std::span{hours}), .count = hours.size()});
  pool->terminate();
  pool->terminate();
  CHECK(ResultSet{job.collect()}.failures().size() == hours.size());
}

TEST_CASE("two pools at once, and pools one after the other") {
  const std::size_t before = open_descriptors();
  for (int round = 0; round < 10; ++round) {
    Pool first{registry(), {.workers = 1}};
    Pool second{registry(), {.workers = 3}};
    CHECK(first.apply<double>("examples.square", 2.0) == 4);
    CHECK(second.apply<double>("examples.square", 3.0) == 9);
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("a pool that is never used ends cleanly; too many workers are refused") {
  const std::size_t before = open_descriptors();
  {
    const Pool pool{registry(), {.workers = 4}};
  }
  CHECK(open_descriptors() == before);
  CHECK_THROWS_AS(Pool(registry(), {.workers = 100'000}), UsageError);
  const Pool automatic{registry()};
  CHECK(automatic.workers() >= 1);
}

TEST_CASE("in a child that the host forks, a pool is inert") {
  PoolFixture pool;
  CHECK(pool->apply<double>("examples.square", 3.0) == 9);
  const pid_t child = ::fork();
  if (child == 0) {
    (*pool).~Pool();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(pool->apply<double>("examples.square", 4.0) == 16);
}

TEST_CASE("in a child that the host forks, a call is an error and a job can be dropped") {
  PoolFixture pool;
  auto job = std::make_unique<Job>(pool->open({.function = "examples.square"}));
  const pid_t child = ::fork();
  if (child == 0) {
    bool refused = false;
    try {
      job->finish();
    } catch (const UsageError&) {
      refused = true;
    }
    job.reset();
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("more workers than the zygote's socket holds requests") {
  Pool pool{registry(), {.workers = 400}};
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
  wait_for([&] { return pool.worker_pids().size() == 400; });
}

TEST_CASE("the host's own waits for children never see ours") {
  PoolFixture pool;
  CHECK(pool->apply<double>("examples.square", 3.0) == 9);
  int status = 0;
  CHECK(::waitpid(-1, &status, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

}  // namespace prong::test
