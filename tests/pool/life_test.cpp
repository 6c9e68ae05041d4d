// Workers' lives as the pool's options shape them: initializer, recycling, idleness, size; and what is told
// of them.
#include "fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

std::set<std::int32_t> distinct(const Results<std::int32_t>& pids) { return {pids.begin(), pids.end()}; }

}  // namespace

TEST_CASE("the initializer runs once in every worker, also in those that come later") {
  PoolFixture pool{{.workers = 3, .initializer = initializer("lives.set_mark", 7.0)}};
  for (int round = 0; round < 3; ++round) {
    const auto marks = pool->map<double>("lives.get_mark", std::vector<double>(200, 0.0), {.chunk_size = 1});
    CHECK(std::ranges::all_of(marks, [](double mark) { return mark == 7; }));
    const auto crashed = pool->map_outcomes<double>("culprits.segv", std::vector<double>(3, 1.0));
    CHECK(crashed.failures().size() == 3);
  }
}

TEST_CASE("an initializer that fails breaks the pool with its error, once") {
  const auto reason = [](Initializer initializer) {
    const std::size_t before = open_descriptors();
    std::string what;
    {
      Pool pool{registry(), {.workers = 2, .initializer = std::move(initializer)}};
      for (int i = 0; i < 2; ++i) {
        try {
          static_cast<void>(pool.apply<double>("examples.square", 1.0));
          FAIL("the pool works");
        } catch (const TaskFailed& failed) {
          CHECK(failed.failure().ending == Ending::lost);
          what = failed.failure().what;
        } catch (const PoolBroken& broken) {
          what = broken.what();
        }
      }
    }
    CHECK(open_descriptors() == before);
    return what;
  };
  const std::string threw = reason(initializer("lives.set_mark", -1.0));
  CHECK(threw.find("its initializer failed: ") != std::string::npos);
  CHECK(threw.find("threw: std::invalid_argument: a negative mark in lives.set_mark") != std::string::npos);
  CHECK(reason(initializer("lives.set_mark", 666.0)).find("crashed: SIGKILL in lives.set_mark") !=
        std::string::npos);
}

TEST_CASE("an initializer that cannot be called is an error at once") {
  const std::size_t before = open_descriptors();
  CHECK_THROWS_AS(Pool(registry(), {.workers = 1, .initializer = initializer("lives.no_such", 1.0)}),
                  CannotFind);
  CHECK_THROWS_AS(Pool(registry(), {.workers = 1, .initializer = initializer("lives.set_mark", "text")}),
                  Mismatch);
  CHECK(open_descriptors() == before);
}

TEST_CASE("max_tasks_per_child counts items: pids change, and every result arrives") {
  PoolFixture pool{{.workers = 2, .max_tasks_per_child = 10}};
  std::vector<std::int64_t> xs(200);
  std::iota(xs.begin(), xs.end(), 0);
  for (const std::uint64_t chunk : {0U, 1U, 7U, 100U}) {
    CAPTURE(chunk);
    const auto pids = pool->map<std::int32_t>("lives.pid", xs, {.chunk_size = chunk});
    REQUIRE(pids.size() == 200);
    for (const std::int32_t pid : distinct(pids))
      CHECK(std::ranges::count(pids, pid) <= 10);
  }
}

TEST_CASE("closing early loses nothing of a pool that recycles") {
  Pool pool{registry(), {.workers = 2, .max_tasks_per_child = 3}};
  auto later = pool.map_async<double>("examples.square", std::vector<double>(100, 3.0));
  pool.close();
  pool.join();
  CHECK(later.get().size() == 100);
}

TEST_CASE("a worker that has grown is replaced after its task") {
  PoolFixture pool{{.workers = 1, .max_memory_per_child = std::size_t{64} << 20}};
  const auto first = pool->apply<std::int32_t>("lives.leak", std::int64_t{1000});
  CHECK(pool->apply<std::int32_t>("lives.pid", std::int64_t{0}) == first);
  std::this_thread::sleep_for(2ms);  // so often is it looked at
  CHECK(pool->apply<std::int32_t>("lives.leak", std::int64_t{100} << 20) == first);
  CHECK(pool->apply<std::int32_t>("lives.pid", std::int64_t{0}) != first);
}

TEST_CASE("what is wrong with an option is told by name, for those who call it otherwise") {
  try {
    Pool(registry(), {.workers = 1, .sandbox = Sandbox::limits, .descriptor_limit = 3});
    FAIL("it was accepted");
  } catch (const UsageError& error) {
    CHECK(std::string{error.what()} == "descriptor_limit 3: a worker itself needs 16");
    REQUIRE(error.option());
    CHECK(error.option()->name == "descriptor_limit");
  }
  Pool pool{registry(), {.workers = 1}};
  try {
    pool.join();
    FAIL("it was joined");
  } catch (const UsageError& error) {
    CHECK_FALSE(error.option());
  }
}

TEST_CASE("options that make no sense are refused with a sentence") {
  const auto refused = [](PoolOptions options) { CHECK_THROWS_AS(Pool(registry(), options), UsageError); };
  refused({.max_tasks_per_child = 0});
  refused({.max_memory_per_child = 0});
  refused({.idle_timeout = 0ms});
  refused({.idle_timeout = -1ms});
  refused({.load_timeout = 0ms});
  refused({.workers = 100'000});
}

TEST_CASE("idle workers end, and are born again when there is work") {
  PoolFixture pool{{.workers = 2, .idle_timeout = 20ms}};
  for (int round = 0; round < 5; ++round) {
    CHECK(pool->map<double>("examples.square", std::vector<double>(100, 3.0))[99] == 9);
    wait_for([&] { return pool->worker_pids().empty(); });
  }
}

TEST_CASE("resize up and down, many times, while work runs, loses nothing and never exceeds the number") {
  PoolFixture pool;
  auto later = pool->map_async<double>("examples.slow", std::vector<double>(1000, 0.001), {.chunk_size = 3});
  for (unsigned round = 0; round < 60; ++round) {
    const unsigned wanted = 1 + round * 7 % 9;
    pool->resize(wanted);
    CHECK(pool->workers() == wanted);
    std::this_thread::sleep_for(5ms);
  }
  pool->resize(3);
  CHECK(later.get().size() == 1000);
  wait_for([&] { return pool->worker_pids().size() == 3; });
  pool->resize(1);
  wait_for([&] { return pool->worker_pids().size() == 1; });
  CHECK(pool->map<double>("examples.square", std::vector<double>(100, 3.0))[99] == 9);
  CHECK_THROWS_AS(pool->resize(100'000), UsageError);
}

TEST_CASE("statistics count items, failures and respawns, and how long each worker was busy") {
  PoolFixture pool;
  static_cast<void>(pool->map<double>("examples.slow", std::vector<double>(10, 0.01), {.chunk_size = 1}));
  static_cast<void>(pool->map_outcomes<double>("culprits.segv", std::vector<double>{0, 1, 0}));
  wait_for([&] { return pool->statistics().workers.size() == 2; });
  const PoolStatistics statistics = pool->statistics();
  CHECK(statistics.items == 13);
  CHECK(statistics.failures == 1);
  CHECK(statistics.respawns == 1);
  std::chrono::nanoseconds busy{0};
  for (const WorkerStatistics& worker : statistics.workers) {
    CHECK(worker.pid > 0);
    busy += worker.busy;
  }
  CHECK(busy > 0ns);
}

TEST_CASE("the initializer's call is none of max_tasks_per_child's items") {
  PoolFixture pool{
      {.workers = 1, .initializer = initializer("lives.set_mark", 7.0), .max_tasks_per_child = 1}};
  for (int i = 0; i < 3; ++i)
    CHECK(pool->apply<double>("lives.get_mark", 0.0) == 7);
}

TEST_CASE("the prepared states of calls that are over end, also while an older call goes on") {
  PoolFixture pool{{.workers = 1}};
  Job older = pool->open({.function = "lives.states"});
  const std::vector<double> one(1);
  older.push({.bytes = std::as_bytes(std::span{one}), .count = 1});
  while (older.progress().ended == 0)
    std::this_thread::sleep_for(1ms);
  double most = 0;
  for (int i = 0; i < 500; ++i)
    most = std::max(most, pool->apply<double>("lives.states", 0.0));
  CHECK(most < 40);
  older.push({.bytes = std::as_bytes(std::span{one}), .count = 1});
  CHECK(older.collect().size() == 2);
}

TEST_CASE("more calls at once than are kept track of: all end, and their states too") {
  PoolFixture pool{{.workers = 1}};
  std::vector<AsyncResult<double>> calls;
  for (int i = 0; i < 3000; ++i)
    calls.push_back(pool->apply_async<double>("lives.states", 0.0));
  for (const auto& call : calls)
    CHECK(call.get() > 0);
  for (int i = 0; i < 40; ++i)
    static_cast<void>(pool->apply<double>("lives.states", 0.0));
  CHECK(pool->apply<double>("lives.states", 0.0) < 40);
}

TEST_CASE("a prepared state whose destructor ends badly takes its worker, and no item of any call") {
  for (const std::string how : {"sleep", "spin", "crash", "exit", "throw"}) {
    CAPTURE(how);
    PoolFixture pool{{.workers = 2, .load_timeout = 1s}};
    const std::vector<double> xs(20);
    for (int round = 0; round < 2; ++round) {
      const auto bad = pool->map<std::int32_t>("lives.bad_end", xs, {.bound = {prong::bind("how", how)}});
      CHECK(bad.size() == xs.size());
      // Without a time-out; some of it may wait behind the destructor.
      const std::vector<std::int32_t> next =
          pool->map<std::int32_t>("lives.pid", std::vector<std::int64_t>(20));
      CHECK(next.size() == 20);
    }
    wait_for([&] { return pool->statistics().respawns > 0; });
  }
}

TEST_CASE("a worker that destroys a prepared state for ever is ended also when nobody calls") {
  PoolFixture pool{{.workers = 1, .load_timeout = 1s}};
  const auto pids =
      pool->map<std::int32_t>("lives.bad_end", std::vector{0.0}, {.bound = {prong::bind("how", "spin")}});
  wait_for([&] { return !is_alive(pids[0]); });
}

TEST_CASE("many workers that destroy prepared states for ever keep no call from its end") {
  PoolFixture pool{{.workers = 24, .load_timeout = 1s}};
  const auto guilty = pool->map<std::int32_t>("lives.bad_end", std::vector<double>(72, 0.05),
                                              {.bound = {prong::bind("how", "sleep")}, .chunk_size = 1});
  CHECK(distinct(guilty).size() > 16);  // limits::barren_deaths_max: a job is given up after so many
  const auto next =
      pool->map_outcomes<std::int32_t>("lives.pid", std::vector<std::int64_t>(200), {.chunk_size = 1});
  CHECK(next.failures().empty());
}

TEST_CASE("in a child that the host forked, every call of the pool is refused and the pool goes on") {
  PoolFixture pool;
  CHECK(pool->apply<double>("examples.square", 3.0) == 9);
  const pid_t child = ::fork();
  if (child == 0) {
    int refused = 0;
    const auto refuses = [&](const auto& call) {
      try {
        call();
      } catch (const UsageError&) {
        ++refused;
      }
    };
    refuses([&] { pool->close(); });
    refuses([&] { pool->terminate(); });
    refuses([&] { pool->join(); });
    refuses([&] { static_cast<void>(pool->worker_pids()); });
    refuses([&] { static_cast<void>(pool->statistics()); });
    refuses([&] { static_cast<void>(pool->allocate<double>(10)); });
    refuses(
        [&] { static_cast<void>(pool->map<std::string>("examples.upper", std::vector<std::string>{"a"})); });
    ::_exit(refused);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 7);
}

}  // namespace prong::test
