// Calls that do not wait: results, deadlines, callbacks, and what callbacks may do.
#include "fixture.hpp"

#include <atomic>
#include <future>
#include <numeric>
#include <stdexcept>

namespace prong::test {

using namespace std::chrono_literals;

TEST_CASE("apply_async and map_async give what the waiting calls give") {
  PoolFixture pool;
  const auto one = pool->apply_async<double>("examples.square", 3.0);
  const auto two = pool->apply_async<double>("examples.hypot", 3.0, 4.0);
  const auto all = pool->map_async<double>("examples.cube", std::vector<double>{1, 2, 3});
  const auto stars =
      pool->starmap_async<double>("examples.hypot", std::vector<std::tuple<double, double>>{{3, 4}, {5, 12}});
  const auto text = pool->apply_async<std::string>("examples.upper", "literal");
  CHECK(one.get() == 9);
  CHECK(one.get() == 9);
  CHECK(two.get() == 5);
  CHECK(all.get()[2] == 27);
  CHECK(stars.get()[1] == 13);
  CHECK(text.get() == "LITERAL");
  CHECK(one.successful());
}

TEST_CASE("get and wait have deadlines; asking too early is an error") {
  PoolFixture pool;
  const auto slow = pool->apply_async<double>("examples.slow", 0.3);
  CHECK_FALSE(slow.ready());
  CHECK_THROWS_AS(static_cast<void>(slow.successful()), UsageError);
  CHECK_THROWS_AS(static_cast<void>(slow.get_for(10ms)), TimedOut);
  CHECK_THROWS_AS(static_cast<void>(slow.get_for(-10ms)), TimedOut);
  CHECK_FALSE(slow.wait_for(0ms));
  CHECK(slow.get_for(std::chrono::hours{1}) == 0.3);
  CHECK(slow.get_for(std::chrono::steady_clock::duration::max()) == 0.3);
  CHECK(slow.ready());
  CHECK(slow.successful());
}

TEST_CASE("the callback gets the whole list once; an empty map calls it with an empty one") {
  PoolFixture pool;
  std::atomic<int> calls = 0;
  std::atomic<std::size_t> size = 99;
  const AsyncOptions<Results<double>> options{.callback =
                                                  [&](const Results<double>& results) {
                                                    size = results.size();
                                                    ++calls;
                                                  },
                                              .error_callback = [&](const TaskFailed&) { calls += 100; },
                                              .chunk_size = 3};
  const auto later = pool->map_async<double>("examples.square", std::vector<double>(10, 2.0), options);
  later.wait();
  CHECK(calls == 1);
  CHECK(size == 10);
  CHECK(later.get()[9] == 4);
  pool->map_async<double>("examples.square", std::vector<double>{}, options).wait();
  CHECK(calls == 2);
  CHECK(size == 0);
}

TEST_CASE("the error callback gets the first error once, after all items have ended") {
  PoolFixture pool;
  std::atomic<int> calls = 0;
  std::uint64_t index = 99;
  std::vector<double> xs(100, 4.0);
  xs[17] = xs[60] = -1;
  const auto later = pool->map_async<double>("examples.sqrt", xs,
                                             {.callback = [&](const Results<double>&) { calls += 100; },
                                              .error_callback =
                                                  [&](const TaskFailed& error) {
                                                    index = error.failure().index;
                                                    ++calls;
                                                  },
                                              .chunk_size = 1});
  CHECK_THROWS_AS(static_cast<void>(later.get()), TaskFailed);
  CHECK(calls == 1);
  CHECK(index == 17);
  CHECK_FALSE(later.successful());
  CHECK(later.progress().ended == 100);
  CHECK(later.progress().failed == 2);
}

TEST_CASE("a callback that throws is the call's error, and the pool lives") {
  PoolFixture pool;
  const auto later =
      pool->apply_async<double>("examples.square", std::tuple{3.0},
                                {.callback = [](const double&) { throw std::logic_error("mine"); }});
  CHECK_THROWS_WITH_AS(static_cast<void>(later.get()), "mine", std::logic_error);
  CHECK_FALSE(later.successful());
  CHECK(pool->apply_async<double>("examples.square", 3.0).get() == 9);
}

TEST_CASE("callbacks run one at a time, in the order in which calls ended, and may call the pool") {
  PoolFixture pool;
  std::vector<int> order;
  std::promise<double> inner;
  const auto slow = pool->apply_async<double>("examples.slow", std::tuple{0.15},
                                              {.callback = [&](const double&) { order.push_back(2); }});
  const auto quick = pool->apply_async<double>(
      "examples.square", std::tuple{3.0}, {.callback = [&](const double& nine) {
        order.push_back(1);
        const auto nested = pool->apply_async<double>(
            "examples.square", std::tuple{nine}, {.callback = [&](const double&) { order.push_back(3); }});
        // Its own callback waits behind this one; the result does not.
        inner.set_value(nested.get() + pool->map<double>("examples.square", std::vector<double>{2})[0]);
      }});
  CHECK(quick.get() == 9);
  CHECK(inner.get_future().get() == 85);
  CHECK(slow.get() == 0.15);
  const auto last = pool->apply_async<double>("examples.square", std::tuple{1.0},
                                              {.callback = [&](const double&) { order.push_back(4); }});
  last.wait();
  REQUIRE(order.size() == 4);
  CHECK(order[0] == 1);
  CHECK(order[3] == 4);
}

TEST_CASE("close, terminate and join from a callback, and the pool's end in one") {
  for (const bool destroys : {false, true}) {
    const std::size_t before = open_descriptors();
    auto pool = std::make_unique<Pool>(registry(), PoolOptions{.workers = 2});
    std::promise<void> done;
    static_cast<void>(
        pool->apply_async<double>("examples.square", std::tuple{3.0}, {.callback = [&](const double&) {
                                    if (destroys) {
                                      pool.reset();
                                    } else {
                                      pool->close();
                                      pool->terminate();
                                      pool->join();
                                    }
                                    done.set_value();
                                  }}));
    done.get_future().get();
    pool.reset();
    // The callback's thread is the last to hold what it ended.
    wait_for([&] { return open_descriptors() == before; });
  }
}

TEST_CASE("terminate calls every error callback, with the reason") {
  PoolFixture pool;
  pool.expect_ended();
  std::atomic<int> lost = 0;
  for (int i = 0; i < 10; ++i) {
    static_cast<void>(pool->apply_async<double>("examples.slow", std::tuple{3600.0},
                                                {.error_callback = [&](const TaskFailed& error) {
                                                  if (error.failure().ending == Ending::lost) ++lost;
                                                }}));
  }
  pool->terminate();
  pool->join();
  CHECK(lost == 10);
}

TEST_CASE("a result that nobody keeps: the call goes on, with and without a callback") {
  PoolFixture pool;
  std::promise<void> called;
  static_cast<void>(pool->apply_async<double>("lives.set_mark", 5.0));
  static_cast<void>(pool->apply_async<double>("lives.set_mark", std::tuple{5.0},
                                              {.callback = [&](const double&) { called.set_value(); }}));
  called.get_future().get();
  pool->close();
  pool->join();
  CHECK(pool->statistics().items == 2);
  CHECK(pool->statistics().failures == 0);
  pool.expect_ended();
}

TEST_CASE("cancel a call that runs: its error says so") {
  PoolFixture pool;
  const auto later = pool->apply_async<double>("examples.slow", 3600.0);
  wait_for([&] { return later.progress().pushed == 1; });
  later.cancel();
  try {
    static_cast<void>(later.get());
    FAIL("cancelled, and a result");
  } catch (const TaskFailed& failed) {
    CHECK(failed.failure().ending == Ending::cancelled);
  }
}

TEST_CASE("many threads and several calls at once on one pool") {
  PoolFixture pool;
  std::vector<std::jthread> threads;
  std::atomic<int> wrong = 0;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const double x = thread * 100 + i;
        if (pool->apply<double>("examples.square", x) != x * x) ++wrong;
        const std::vector<double> xs(20, x);
        if (pool->map_async<double>("examples.cube", xs).get()[19] != x * x * x) ++wrong;
        if (pool->run<std::string>("examples.square", std::vector<double>{x}).empty()) ++wrong;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}

TEST_CASE("when_done of the untyped call, before and after the end") {
  PoolFixture pool;
  const std::vector<double> xs{1, 2, 3};
  Job job = pool->submit({.function = "examples.square", .item_signature = "f64"},
                         {.bytes = std::as_bytes(std::span{xs}), .count = 3});
  std::promise<bool> first;
  std::promise<bool> second;
  job.when_done([&] { first.set_value(job.is_in_callback()); });
  CHECK(first.get_future().get());
  job.when_done([&] { second.set_value(job.wait_until(std::chrono::steady_clock::now())); });
  CHECK(second.get_future().get());
  CHECK_FALSE(job.is_in_callback());
}

}  // namespace prong::test
