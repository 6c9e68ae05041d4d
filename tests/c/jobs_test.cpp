// Jobs: items bit by bit, results later, callbacks, cancelling.
#include "fixture.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace prong_c_test {

namespace {

constexpr uint64_t minute = 60'000'000'000;

Job submit(const PoolHandle& pool, const prong_call& call, const std::vector<double>& numbers) {
  const prong_items items = make_items(numbers);
  Job job{prong_submit(pool.get(), &call, &items, NoError{})};
  REQUIRE(job != nullptr);
  return job;
}

void count(void* context) { ++*static_cast<std::atomic<int>*>(context); }

// Callbacks have all run once the pool has ended.
void end(const PoolHandle& pool) {
  CHECK(prong_pool_close(pool.get(), NoError{}) == PRONG_STATUS_OK);
  CHECK(prong_pool_join(pool.get(), NoError{}) == PRONG_STATUS_OK);
}

}  // namespace

TEST_CASE("items are pushed and results taken piece by piece, to the end") {
  const PoolHandle pool = make_pool();
  const prong_call call = make_call("examples.square");
  const Job job{prong_open(pool.get(), &call, NoError{})};
  REQUIRE(job != nullptr);
  prong_results* raw = nullptr;
  CHECK(prong_job_next(job.get(), 0, &raw, NoError{}) == PRONG_STATUS_TIMED_OUT);
  CHECK(raw == nullptr);
  std::vector<double> squares;
  for (const double first : {0., 10.}) {
    const std::vector<double> numbers{first, first + 1, first + 2};
    const prong_items items = make_items(numbers);
    CHECK(prong_job_push(job.get(), &items, NoError{}) == PRONG_STATUS_OK);
  }
  CHECK(prong_job_finish(job.get(), NoError{}) == PRONG_STATUS_OK);
  CHECK(prong_job_wait(job.get(), minute, NoError{}) == PRONG_STATUS_OK);
  while (true) {
    CHECK(prong_job_next(job.get(), squares.empty() ? PRONG_FOREVER : minute, &raw, NoError{}) ==
          PRONG_STATUS_OK);
    const Results piece{raw};
    if (piece == nullptr) break;
    CHECK(prong_results_first(piece.get()) == squares.size());
    for (uint64_t i = 0; i < prong_results_count(piece.get()); ++i)
      squares.push_back(number(prong_results_value(piece.get(), squares.size())));
  }
  CHECK(squares == std::vector<double>{0, 1, 4, 100, 121, 144});
  CHECK(prong_job_next(job.get(), 0, &raw, NoError{}) == PRONG_STATUS_OK);
  CHECK(raw == nullptr);
}

TEST_CASE("progress is told, also to older programs") {
  const PoolHandle pool = make_pool();
  const Job job = submit(pool, make_call("examples.sqrt"), {1, -1});
  CHECK(prong_job_wait(job.get(), PRONG_FOREVER, NoError{}) == PRONG_STATUS_OK);
  prong_job_progress progress{};
  progress.struct_size = sizeof progress;
  CHECK(prong_job_get_progress(job.get(), &progress, NoError{}) == PRONG_STATUS_OK);
  CHECK(progress.pushed == 2);
  CHECK(progress.ended == 2);
  CHECK(progress.failed == 1);
  CHECK(progress.finished == 1);
  CHECK(progress.handed_over == 0);
  prong_job_progress older{};
  older.struct_size = offsetof(prong_job_progress, ended);
  CHECK(prong_job_get_progress(job.get(), &older, NoError{}) == PRONG_STATUS_OK);
  CHECK(older.struct_size == offsetof(prong_job_progress, ended));
  CHECK(older.pushed == 2);
  CHECK(older.ended == 0);
  struct Newer {
    prong_job_progress progress;
    uint64_t more;
  } newer{{}, 1};
  newer.progress.struct_size = sizeof newer;
  CHECK(prong_job_get_progress(job.get(), &newer.progress, NoError{}) == PRONG_STATUS_OK);
  CHECK(newer.progress.ended == 2);
  CHECK(newer.more == 0);
}

TEST_CASE("a callback runs once, and may collect; one that comes late runs at once") {
  struct Context {
    Job job;
    std::atomic<double> sum = 0;
  };
  const PoolHandle pool = make_pool();
  Context context{submit(pool, make_call("examples.square"), {1, 2, 3})};
  const auto collect = [](void* to) {
    auto& given = *static_cast<Context*>(to);
    const Results results{prong_job_collect(given.job.get(), NoError{})};
    double sum = given.sum;
    for (uint64_t i = 0; i < prong_results_count(results.get()); ++i)
      sum += number(prong_results_value(results.get(), i));
    given.sum = sum;
  };
  CHECK(prong_job_when_done(context.job.get(), collect, &context, NoError{}) == PRONG_STATUS_OK);
  std::atomic<int> calls = 0;
  const Job done = submit(pool, make_call("examples.square"), {1});
  CHECK(prong_job_wait(done.get(), PRONG_FOREVER, NoError{}) == PRONG_STATUS_OK);
  CHECK(prong_job_when_done(done.get(), count, &calls, NoError{}) == PRONG_STATUS_OK);
  end(pool);
  CHECK(context.sum == 14);
  CHECK(calls == 1);
  CHECK(prong_job_when_done(done.get(), count, &calls, NoError{}) == PRONG_STATUS_OK);
  CHECK(calls == 2);
}

TEST_CASE("a callback may free the pool") {
  const prong_pool_options options = pool_options();
  prong_pool* pool = prong_pool_new(make_registry().get(), &options, NoError{});
  const prong_call call = make_call("examples.square");
  const std::vector<double> numbers{1};
  const prong_items items = make_items(numbers);
  const Job job{prong_submit(pool, &call, &items, NoError{})};
  struct Context {
    prong_pool* pool;
    std::atomic<bool> is_freed = false;
  } context{pool};
  const auto free = [](void* to) {
    auto& given = *static_cast<Context*>(to);
    prong_pool_free(given.pool);
    given.is_freed = true;
    given.is_freed.notify_all();
  };
  CHECK(prong_job_when_done(job.get(), free, &context, NoError{}) == PRONG_STATUS_OK);
  context.is_freed.wait(false);
  CHECK(context.is_freed);
}

TEST_CASE("a job that is freed is cancelled, and its callback runs") {
  const PoolHandle pool = make_pool();
  std::atomic<int> calls = 0;
  {
    const Job job = submit(pool, make_call("examples.slow"), {3600});
    CHECK(prong_job_when_done(job.get(), count, &calls, NoError{}) == PRONG_STATUS_OK);
  }
  end(pool);  // not for an hour
  CHECK(calls == 1);
}

TEST_CASE("a job that is detached goes on") {
  const PoolHandle pool = make_pool();
  std::atomic<int> calls = 0;
  {
    const Job job = submit(pool, make_call("examples.slow"), {0.2});
    CHECK(prong_job_when_done(job.get(), count, &calls, NoError{}) == PRONG_STATUS_OK);
    CHECK(prong_job_detach(job.get(), NoError{}) == PRONG_STATUS_OK);
  }
  CHECK(calls == 0);
  end(pool);
  CHECK(calls == 1);
}

TEST_CASE("cancelling: all, one item, or what has not started") {
  const PoolHandle pool = make_pool();
  const Job all = submit(pool, make_call("examples.slow"), {3600, 3600, 3600});
  CHECK(prong_job_wait(all.get(), 1'000'000, NoError{}) == PRONG_STATUS_TIMED_OUT);
  CHECK(prong_job_cancel(all.get(), NoError{}) == PRONG_STATUS_OK);
  const Results none{prong_job_collect(all.get(), NoError{})};
  REQUIRE(prong_results_failure_count(none.get()) == 3);
  CHECK(prong_results_failure(none.get(), 2)->ending == PRONG_ENDING_CANCELLED);

  const Job one = submit(pool, make_call("examples.slow"), {3600, 0});
  CHECK(prong_job_cancel_item(one.get(), 0, NoError{}) == PRONG_STATUS_OK);
  const Results second{prong_job_collect(one.get(), NoError{})};
  REQUIRE(prong_results_failure_count(second.get()) == 1);
  CHECK(prong_results_failure(second.get(), 0)->index == 0);
  CHECK(number(prong_results_value(second.get(), 1)) == 0);

  prong_call call = make_call("examples.slow");
  call.chunk_size = 1;
  const Job some = submit(pool, call, std::vector<double>(100, 0.05));
  CHECK(prong_job_drain(some.get(), NoError{}) == PRONG_STATUS_OK);
  const Results few{prong_job_collect(some.get(), NoError{})};
  CHECK(prong_results_failure_count(few.get()) > 0);
  for (uint64_t i = 0; i < prong_results_failure_count(few.get()); ++i)
    CHECK(prong_results_failure(few.get(), i)->ending == PRONG_ENDING_CANCELLED);
}

TEST_CASE("results come as they come when they need not be ordered") {
  const PoolHandle pool = make_pool();
  prong_call call = make_call("examples.slow");
  call.unordered = 1;
  call.chunk_size = 1;
  const Job job = submit(pool, call, {0.5, 0});
  prong_results* raw = nullptr;
  CHECK(prong_job_next(job.get(), PRONG_FOREVER, &raw, NoError{}) == PRONG_STATUS_OK);
  const Results first{raw};
  REQUIRE(first != nullptr);
  CHECK(prong_results_first(first.get()) == 1);
  CHECK(number(prong_results_value(first.get(), 1)) == 0);
  CHECK(prong_results_value(first.get(), 0).data == nullptr);
}

TEST_CASE("a pool that is gone takes nothing, and its jobs can be freed after it") {
  PoolHandle pool = make_pool();
  const Job job = submit(pool, make_call("examples.slow"), {3600});
  pool.reset();
  const Results lost{prong_job_collect(job.get(), NoError{})};
  REQUIRE(prong_results_failure_count(lost.get()) == 1);
  CHECK(prong_results_failure(lost.get(), 0)->ending == PRONG_ENDING_LOST);
}

TEST_CASE("threads share a pool") {
  const PoolHandle pool = make_pool();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::vector<double> numbers{double(t)};
      const prong_call call = make_call(t % 2 == 0 ? "examples.square" : "examples.sqare");
      const prong_items items = make_items(numbers);
      for (int i = 0; i < 50; ++i) {
        prong_error* raw = nullptr;
        const Results results{prong_map(pool.get(), &call, &items, &raw)};
        const Error error{raw};
        good += t % 2 == 0 ? number(prong_results_value(results.get(), 0)) == t * t
                           : prong_error_status(raw) == PRONG_STATUS_CANNOT_FIND;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(good == 200);
}

}  // namespace prong_c_test
