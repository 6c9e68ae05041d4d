// A job's bookkeeping: every item waits, runs or has ended, and is handed over once.
#include "pool/job_state.hpp"

#include "limits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace prong::pool {

namespace {

JobState make_job(JobFacts facts = {}) { return JobState{std::move(facts), nullptr}; }

void add(JobState& job, std::uint64_t count, std::size_t bytes = 0) {
  auto segment = std::make_shared<Segment>();
  segment->count = count;
  segment->bytes = bytes;
  job.add(std::move(segment));
}

Piece ended(const ItemRange& range, std::size_t bytes = 0) {
  static const std::vector<std::byte> zeros(1 << 16);
  return {.first = range.first(),
          .count = range.count,
          .encoding = Encoding::json,
          .bytes = {zeros.data(), bytes}};
}

}  // namespace

TEST_CASE("items are handed over in order, whatever the order in which they end") {
  JobState job = make_job({.chunk_size = 2, .results = Encoding::json});
  add(job, 5);
  std::vector<ItemRange> taken;
  while (auto range = job.take(1))
    taken.push_back(*range);
  REQUIRE(taken.size() == 3);
  job.deliver(ended(taken[2]));
  CHECK_FALSE(job.can_hand_over());
  job.deliver(ended(taken[0]));
  CHECK(job.hand_over().first == 0);
  CHECK_FALSE(job.can_hand_over());
  job.deliver(ended(taken[1]));
  CHECK(job.hand_over().first == 2);
  CHECK(job.hand_over().first == 4);
  CHECK(job.all_handed_over());
}

TEST_CASE("what is given back is taken again before what comes after it") {
  JobState job = make_job({.chunk_size = 2, .results = Encoding::json});
  add(job, 6);
  const auto first = job.take(1);
  const auto second = job.take(1);
  job.give_back(*second);
  job.give_back(*first);
  CHECK(job.take(1)->first() == 0);
  CHECK(job.take(1)->first() == 2);
  CHECK(job.take(1)->first() == 4);
  CHECK_FALSE(job.take(1));
}

TEST_CASE("abandoned items all end, also those that are given back or pushed later") {
  JobState job = make_job({.chunk_size = 1, .results = Encoding::json});
  add(job, 3);
  const auto running = job.take(1);
  Failure reason;
  reason.ending = Ending::lost;
  job.abandon(reason);
  CHECK_FALSE(job.all_ended());
  job.give_back(*running);
  CHECK(job.all_ended());
  add(job, 2);
  CHECK(job.all_ended());
  std::uint64_t next = 0;
  while (job.can_hand_over()) {
    const Piece piece = job.hand_over();
    REQUIRE(piece.failures.size() == piece.count);
    for (const Failure& failure : piece.failures)
      CHECK(failure.index == next++);
  }
  CHECK(next == 5);
}

TEST_CASE("a full window stops taking, but never what is next to be handed over") {
  JobState job = make_job({.chunk_size = 1, .window_bytes = 100, .results = Encoding::json});
  add(job, 4, 50);
  CHECK_FALSE(job.window_full());
  const auto first = job.take(1);
  const auto second = job.take(1);
  job.deliver(ended(*second, 100));
  CHECK(job.window_full());
  CHECK_FALSE(job.take(1));
  job.give_back(*first);
  const auto again = job.take(1);
  REQUIRE(again);
  CHECK(again->first() == 0);
  job.deliver(ended(*again));
  static_cast<void>(job.hand_over());
  static_cast<void>(job.hand_over());
  CHECK_FALSE(job.window_full());
  CHECK(job.take(1)->first() == 2);
}

TEST_CASE("what is held fills the window until it is released, but what is wanted next runs even then") {
  JobState job = make_job(
      {.ordered = false, .held = true, .chunk_size = 1, .window_bytes = 4096, .results = Encoding::json});
  add(job, 4);
  const auto first = job.take(1);
  job.deliver(ended(*job.take(1), 4096));
  CHECK(job.hand_over().first == 1);
  CHECK(job.window_full());
  CHECK_FALSE(job.take(1));
  job.give_back(*first);
  const auto again = job.take(1);
  REQUIRE(again);
  CHECK(again->first() == 0);
  job.deliver(ended(*again));
  CHECK(job.hand_over().first == 0);
  job.release(1);
  CHECK(job.window_full());
  CHECK_FALSE(job.all_handed_over());
  job.release(2);
  CHECK_FALSE(job.window_full());
  CHECK(job.take(1)->first() == 2);
}

TEST_CASE("input of held items fills the window until its last one is released") {
  JobState job = make_job(
      {.ordered = false, .held = true, .chunk_size = 2, .window_bytes = 4096, .results = Encoding::json});
  add(job, 2, 4096);
  job.deliver(ended(*job.take(1)));
  static_cast<void>(job.hand_over());
  job.release(1);
  CHECK(job.window_full());
  job.release(2);
  CHECK_FALSE(job.window_full());
}

TEST_CASE("a job with held items that nobody wants any more goes on") {
  JobState job = make_job(
      {.ordered = false, .held = true, .chunk_size = 1, .window_bytes = 4096, .results = Encoding::json});
  add(job, 3, 4096);
  job.deliver(ended(*job.take(1), 4096));
  static_cast<void>(job.hand_over());
  job.discard_output();
  while (const auto range = job.take(1))
    job.deliver(ended(*range, 4096));
  CHECK(job.all_ended());
}

TEST_CASE("chunks grow while items are quick, and shrink towards the end") {
  JobState job = make_job();
  add(job, 1'000'000);
  std::uint64_t largest = 0;
  std::uint64_t last = 0;
  while (auto range = job.take(2)) {
    job.observe(range->count, std::chrono::nanoseconds{10 * range->count});
    largest = std::max(largest, range->count);
    last = range->count;
  }
  CHECK(largest >= 10'000);
  CHECK(last == 1);
}

TEST_CASE("chunks of slow items are single items") {
  JobState job = make_job();
  add(job, 1000);
  while (auto range = job.take(2)) {
    CHECK(range->count == 1);
    job.observe(range->count, std::chrono::milliseconds{5});
  }
}

TEST_CASE("random work: every item is taken, ends and is handed over once") {
  constexpr std::uint32_t seed = 7;
  CAPTURE(seed);
  std::mt19937 random{seed};
  for (int round = 0; round < 200; ++round) {
    JobState job = make_job({.ordered = round % 2 == 0, .results = Encoding::json});
    std::vector<int> endings;
    std::vector<ItemRange> running;
    std::uint64_t handed_over = 0;
    for (int step = 0; step < 300 || !job.all_ended(); ++step) {
      const auto choice = random() % 4;
      if (choice == 0 && step < 300) {
        add(job, random() % 50);
        endings.resize(job.pushed());
      } else if (choice == 1) {
        if (auto range = job.take(3)) running.push_back(*range);
      } else if (!running.empty()) {
        std::swap(running[random() % running.size()], running.back());
        ItemRange range = running.back();
        running.pop_back();
        // A part ends, the rest is given back, as after a death.
        const std::uint64_t done = random() % (range.count + 1);
        ItemRange rest = range;
        rest.start += done;
        rest.count -= done;
        range.count = done;
        for (std::uint64_t i = 0; i < done; ++i)
          ++endings[range.first() + i];
        if (done > 0) job.deliver(ended(range));
        job.give_back(rest);
      }
      if (job.can_hand_over()) handed_over += job.hand_over().count;
    }
    while (job.can_hand_over())
      handed_over += job.hand_over().count;
    CHECK(handed_over == job.pushed());
    CHECK(std::ranges::count(endings, 1) == static_cast<std::ptrdiff_t>(endings.size()));
  }
}

TEST_CASE("an item may be retried so often, and not when it did not run or is not wanted") {
  JobState job = make_job({.results = Encoding::json, .retries = 2});
  add(job, 10);
  CHECK_FALSE(job.may_retry(3, Ending::rejected));
  CHECK_FALSE(job.may_retry(3, Ending::too_large));
  for (const Ending ending : {Ending::crashed, Ending::threw})
    CHECK(job.may_retry(3, ending));
  CHECK_FALSE(job.may_retry(3, Ending::timed_out));
  CHECK(job.may_retry(4, Ending::exited));
  CHECK_FALSE(make_job({}).may_retry(0, Ending::threw));
}

TEST_CASE("a cancelled item ends once: when it waits, or when it is given back") {
  JobState job = make_job({.chunk_size = 4, .results = Encoding::json});
  add(job, 8);
  const auto running = job.take(1);
  REQUIRE(running->count == 4);
  job.cancel_item(6);  // waits
  job.cancel_item(2);  // runs
  job.cancel_item(100);
  CHECK_FALSE(job.is_unwanted(6));
  CHECK(job.is_unwanted(0, 4));
  CHECK_FALSE(job.is_unwanted(0, 2));
  CHECK(job.progress().failed == 1);
  job.give_back(*running);
  CHECK_FALSE(job.has_unwanted());
  CHECK(job.progress().failed == 2);
  std::vector<std::uint64_t> taken;
  while (const auto range = job.take(1)) {
    for (std::uint64_t i = 0; i < range->count; ++i)
      taken.push_back(range->first() + i);
    job.deliver(ended(*range));
  }
  CHECK(taken == std::vector<std::uint64_t>{0, 1, 3, 4, 5, 7});
  CHECK(job.all_ended());
  std::vector<std::uint64_t> failed;
  while (job.can_hand_over()) {
    for (const Failure& failure : job.hand_over().failures)
      failed.push_back(failure.index);
  }
  CHECK(failed == std::vector<std::uint64_t>{2, 6});
}

TEST_CASE("a job that is given up costs no memory for each item, until it is handed over in parts") {
  JobState job = make_job({.results = Encoding::json});
  constexpr std::uint64_t count = 100'000'000;
  add(job, count);
  job.cancel();
  CHECK(job.is_over());
  const Piece first = job.hand_over();
  CHECK(first.failures.size() == first.count);
  CHECK(first.count < 100'000);
  CHECK(first.failures.back().index == first.count - 1);
}

}  // namespace prong::pool
