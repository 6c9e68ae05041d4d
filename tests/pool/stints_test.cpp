// Calls that are timed: which worker ran which items, and when.
#include "fixture.hpp"

#include <numeric>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

struct Account {
  std::vector<Stint> stints;
  std::vector<Stint> attempts;
  std::vector<Failure> failures;
};

// All that a timed call told; each item is in one stint, and its times fit into the call.
template <class Item>
Account timed(Pool& pool, Call call, const std::vector<Item>& xs) {
  call.timed = true;
  const auto begin = Clock::now();
  const auto pieces = pool.complete(call, {.bytes = std::as_bytes(std::span{xs}), .count = xs.size()});
  const auto end = Clock::now();
  Account account;
  std::vector<int> told(xs.size());
  for (const Piece& piece : pieces) {
    account.failures.insert(account.failures.end(), piece.failures.begin(), piece.failures.end());
    for (const Stint& stint : piece.stints) {
      CHECK(stint.place < pool.workers());
      CHECK(stint.worker > 0);
      CHECK(begin <= stint.began);
      CHECK(stint.began <= stint.ended);
      CHECK(stint.ended <= end);
      REQUIRE(stint.times.size() == stint.count);
      const auto sum = std::accumulate(stint.times.begin(), stint.times.end(), std::chrono::nanoseconds{0});
      CHECK(sum <= stint.ended - stint.began);
      CHECK(piece.first <= stint.first);
      CHECK(stint.first + stint.count <= piece.first + piece.count);
      (stint.attempt == Ending::returned ? account.stints : account.attempts).push_back(stint);
      if (stint.attempt != Ending::returned) continue;
      for (std::uint64_t i = 0; i < stint.count; ++i)
        ++told.at(stint.first + i);
    }
  }
  CHECK(std::ranges::all_of(told, [](int times) { return times == 1; }));
  return account;
}

std::vector<std::int64_t> numbers(std::size_t count) {
  std::vector<std::int64_t> xs(count);
  std::iota(xs.begin(), xs.end(), 0);
  return xs;
}

}  // namespace

TEST_CASE("every item of a timed call is in one stint, in every encoding of results") {
  PoolFixture pool;
  for (const Encoding results : {Encoding::native, Encoding::json}) {
    for (const std::uint64_t chunk : {0U, 1U, 7U, 1000U}) {
      CAPTURE(chunk);
      const auto xs = numbers(3000);
      const Account account =
          timed(*pool, {.function = "echoes.even", .results = results, .chunk_size = chunk}, xs);
      CHECK(account.failures.size() == 1500);
      CHECK(account.attempts.empty());
    }
  }
}

TEST_CASE("a pure function and results of variable size are timed too") {
  PoolFixture pool;
  CHECK(timed(*pool, {.function = "lives.pure_sleep"}, std::vector<double>(600)).failures.empty());
  CHECK(timed(*pool, {.function = "culprits.repeat"}, numbers(600)).failures.empty());
}

TEST_CASE("the item that ended its worker has a stint of that worker, and so have those before it") {
  PoolFixture pool{{.workers = 1}};
  const Account account = timed(*pool, {.function = "culprits.segv", .chunk_size = 8},
                                std::vector<double>{0, 0, 0, 1, 0, 0, 0, 0});
  REQUIRE(account.failures.size() == 1);
  for (const Stint& stint : account.stints)
    CHECK((stint.worker == account.failures[0].worker) == (stint.first <= 3));
}

TEST_CASE("attempts that failed are told with the item, each with how it ended") {
  PoolFixture pool;
  const Account account = timed(*pool, {.function = "culprits.segv", .chunk_size = 4, .retries = 2},
                                std::vector<double>{0, 0, 1, 0});
  REQUIRE(account.failures.size() == 1);
  REQUIRE(account.attempts.size() == 2);
  for (const Stint& attempt : account.attempts) {
    CHECK(attempt.first == 2);
    CHECK(attempt.attempt == Ending::crashed);
  }
  CHECK(account.attempts[0].worker != account.attempts[1].worker);
}

TEST_CASE("an item that sleeps is told to have taken as long") {
  PoolFixture pool;
  const Account account =
      timed(*pool, {.function = "lives.polite", .chunk_size = 3}, std::vector<double>{0, 0.05, 0});
  std::vector<std::chrono::nanoseconds> times;
  for (const Stint& stint : account.stints)
    times.insert(times.end(), stint.times.begin(), stint.times.end());
  REQUIRE(times.size() == 3);
  CHECK(times[1] >= 50ms);
  CHECK(times[0] + times[2] < times[1]);
}

TEST_CASE("a call that is not timed has no stints") {
  PoolFixture pool;
  const auto xs = numbers(10);
  for (const Piece& piece :
       pool->complete({.function = "echoes.even"}, {.bytes = std::as_bytes(std::span{xs}), .count = 10}))
    CHECK(piece.stints.empty());
}

TEST_CASE("functions are told the indices that the caller gives; the call counts from 0") {
  PoolFixture pool;
  const auto draw = [&](Items items) {
    const std::vector<double> xs(10, 0.0);
    items.bytes = std::as_bytes(std::span{xs}).first(items.count * sizeof(double));
    const auto pieces = pool->complete({.function = "extremes.draw", .chunk_size = 3}, items);
    std::vector<std::uint64_t> all;
    for (const Piece& piece : pieces) {
      const auto* values = reinterpret_cast<const std::uint64_t*>(piece.bytes.data());
      all.insert(all.end(), values, values + piece.count);
    }
    CHECK(pieces.front().first == 0);
    return all;
  };
  const auto all = draw({.count = 10});
  CHECK(draw({.count = 4, .first_index = 5}) == std::vector(all.begin() + 5, all.begin() + 9));
  const std::vector<std::uint64_t> indices{9, 2, 4, 0};
  CHECK(draw({.count = 4, .indices = indices}) == std::vector{all[9], all[2], all[4], all[0]});
}

}  // namespace prong::test
