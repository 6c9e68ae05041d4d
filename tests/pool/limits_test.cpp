// Time-outs that kill, cancelling what waits and what runs, retries: each for one item, the others unharmed.
#include "fixture.hpp"

#include <signal.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <numeric>
#include <string>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

// A new empty folder, and paths in it that do not exist.
class Scratch {
 public:
  Scratch() {
    std::string name = std::filesystem::temp_directory_path() / "prong-limits-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~Scratch() { std::filesystem::remove_all(folder_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string path(int number) const { return folder_ / std::to_string(number); }
  [[nodiscard]] std::vector<std::string> paths(int count) const {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i)
      all.push_back(path(i));
    return all;
  }

 private:
  std::filesystem::path folder_;
};

Job submit_doubles(Pool& pool, std::string function, const std::vector<double>& xs, Call call = {}) {
  call.function = std::move(function);
  call.item_signature = "f64";
  return pool.submit(call, {.bytes = std::as_bytes(std::span{xs}), .count = xs.size()});
}

}  // namespace

TEST_CASE("a time-out ends the item that takes too long, whatever it does, and no other of its chunk") {
  PoolFixture pool;
  for (const char* function : {"lives.spin", "lives.polite", "lives.pure_sleep", "culprits.stop_self"}) {
    CAPTURE(function);
    const auto before = pool->worker_pids();
    const std::vector<double> xs{0, 0, 3600, 0, 0, 0};
    const auto outcomes = pool->map_outcomes<double>(function, xs, {.chunk_size = 6, .timeout = 150ms});
    REQUIRE(outcomes.failures().size() == 1);
    const Failure& failure = outcomes.failures()[0];
    CHECK(failure.index == 2);
    CHECK(failure.ending == Ending::timed_out);
    CHECK(failure.worker > 0);
    CHECK(failure.message().starts_with("item 2: timed_out: " + std::string{function} + " (worker "));
    for (const std::size_t i : {0U, 1U, 3U, 4U, 5U})
      CHECK(outcomes[i].value() == 0);
  }
}

TEST_CASE("many items that end near their time-out: each ends once, and those that returned are right") {
  PoolFixture pool;
  std::vector<double> xs(400);
  for (std::size_t i = 0; i < xs.size(); ++i)
    xs[i] = i % 20 == 7 ? 0.0205 : 0.0005;
  const auto outcomes = pool->map_outcomes<double>("examples.slow", xs, {.chunk_size = 10, .timeout = 20ms});
  REQUIRE(outcomes.size() == xs.size());
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const auto outcome = outcomes[i];
    if (outcome) {
      CHECK(outcome.value() == xs[i]);
    } else {
      CHECK(outcome.ending() == Ending::timed_out);
    }
  }
}

TEST_CASE("time-outs that make no sense are refused; a very long one is none") {
  PoolFixture pool;
  for (const auto timeout : {0ns, -1ns}) {
    CHECK_THROWS_AS(
        static_cast<void>(pool->map<double>("examples.square", std::vector<double>{1}, {.timeout = timeout})),
        UsageError);
  }
  CHECK(pool->map<double>("examples.square", std::vector<double>{3},
                          {.timeout = std::chrono::nanoseconds::max()})[0] == 9);
}

TEST_CASE("a result function that takes too long is timed out") {
  PoolFixture pool;
  const std::vector<double> xs{3600};
  auto job = pool->submit({.function = "lives.pure_sleep",
                           .kind = FunctionKind::result,
                           .item_signature = "f64",
                           .timeout = 100ms},
                          {.bytes = std::as_bytes(std::span{xs}), .count = 1});
  const auto pieces = job.collect();
  REQUIRE(pieces.size() == 1);
  REQUIRE(pieces[0].failures.size() == 1);
  CHECK(pieces[0].failures[0].ending == Ending::timed_out);
}

TEST_CASE("a worker that somebody stopped before it began: its items run elsewhere") {
  PoolFixture pool;
  static_cast<void>(pool->apply<double>("examples.square", 1.0));
  wait_for([&] { return pool->worker_pids().size() == 2; });
  for (const int pid : pool->worker_pids())
    ::kill(pid, SIGSTOP);
  const auto outcomes =
      pool->map_outcomes<double>("examples.square", std::vector<double>{1, 2, 3}, {.timeout = 50ms});
  CHECK(outcomes.failures().empty());
  CHECK(outcomes[2].value() == 9);
}

TEST_CASE("cancel ends what waits at once, and what runs very soon, with its worker when need be") {
  PoolFixture pool;
  for (const char* function : {"examples.slow", "lives.spin", "lives.polite"}) {
    CAPTURE(function);
    const std::vector<double> hours(100, 3600);
    Job job = submit_doubles(*pool, function, hours, {.chunk_size = 1});
    wait_for([&] {
      const auto workers = pool->statistics().workers;
      return workers.size() == 2 &&
             std::ranges::all_of(workers, [](const auto& one) { return one.busy > 0ns; });
    });
    job.cancel();
    const ResultSet set{job.collect()};
    REQUIRE(set.failures().size() == 100);
    for (const Failure& failure : set.failures())
      CHECK(failure.ending != Ending::lost);
    CHECK(set.failures()[99].ending == Ending::cancelled);
  }
}

TEST_CASE("cancel of one item: waiting or running, and no other is touched") {
  for (const char* function : {"examples.slow", "lives.pure_sleep"}) {
    CAPTURE(function);
    PoolFixture pool{{.workers = 1}};
    std::vector<double> xs(50, 0.002);
    xs[3] = 3600;
    Job job = submit_doubles(*pool, function, xs, {.chunk_size = 10});
    job.cancel(40);  // waits
    job.cancel(40);
    job.cancel(3);   // will run
    job.cancel(99);  // there is none
    const ResultSet set{job.collect()};
    REQUIRE(set.size() == 50);
    REQUIRE(set.failures().size() == 2);
    CHECK(set.failures()[0].index == 3);
    CHECK(set.failures()[1].index == 40);
    for (const Failure& failure : set.failures())
      CHECK(failure.ending == Ending::cancelled);
    job.cancel(0);
    job.cancel();
  }
}

TEST_CASE("dropping a job ends what runs") {
  PoolFixture pool;
  {
    const Job job = submit_doubles(*pool, "lives.spin", std::vector<double>(10, 1));
    wait_for([&] { return pool->statistics().workers.size() == 2; });
  }
  CHECK(pool->apply<double>("examples.square", 3.0) == 9);
}

TEST_CASE("retries: an item that crashed, threw or timed out runs again, so often and no more") {
  PoolFixture pool;
  const Scratch scratch;
  const auto all_return = [&](const char* function, MapOptions options) {
    const Scratch fresh;
    const auto paths = fresh.paths(20);
    const auto outcomes = pool->map_outcomes<std::string>(function, paths, options);
    CHECK(outcomes.failures().empty());
    for (std::size_t i = 0; i < paths.size(); ++i)
      CHECK(outcomes[i].value() == paths[i]);
  };
  all_return("lives.crash_once", {.retries = 1});
  all_return("lives.throw_once", {.chunk_size = 20, .retries = 1});
  all_return("lives.hang_once", {.timeout = 30ms, .retries = 2});
  const auto never = pool->map_outcomes<std::string>("lives.throw_once", scratch.paths(3));
  CHECK(never.failures().size() == 3);

  for (const unsigned retries : {0U, 2U}) {
    const auto respawns = pool->statistics().respawns;
    const std::vector<double> xs{0, 1, 0};
    const auto outcomes = pool->map_outcomes<double>("culprits.segv", xs, {.retries = retries});
    REQUIRE(outcomes.failures().size() == 1);
    CHECK(outcomes.failures()[0].index == 1);
    CHECK(outcomes.failures()[0].signal == SIGSEGV);
    wait_for([&] { return pool->statistics().workers.size() == 2; });
    CHECK(pool->statistics().respawns == respawns + retries + 1);
  }
}

TEST_CASE("retries of raw results and of a pure function") {
  PoolFixture pool;
  std::vector<double> xs(2000);
  std::iota(xs.begin(), xs.end(), 0.0);
  const auto outcomes =
      pool->map_outcomes<double>("culprits.pure_crash", xs, {.chunk_size = 2000, .retries = 1});
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].index == 700);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (i != 700) REQUIRE(outcomes[i].value() == 2 * xs[i]);
  }
  const auto threw = pool->map_outcomes<double>("examples.sqrt", std::vector<double>{4, -1, 9},
                                                {.chunk_size = 3, .retries = 3});
  REQUIRE(threw.failures().size() == 1);
  CHECK(threw.failures()[0].index == 1);
  CHECK(threw[2].value() == 3);
}

}  // namespace prong::test
