// Results while inputs still come: order, laziness, errors on either side, and consumers that stop early.
#include "fixture.hpp"

#include <algorithm>
#include <ranges>
#include <sstream>
#include <stdexcept>

namespace prong::test {

namespace {

// 0, 1, 2, … and how many of them were read.
auto counting(std::uint64_t& read) {
  return std::views::iota(std::uint64_t{0}) | std::views::transform([&read](std::uint64_t i) {
           read = i + 1;
           return static_cast<double>(i);
         });
}

}  // namespace

TEST_CASE("imap gives the serial results in order, at any chunk size, and end is end") {
  PoolFixture pool;
  for (const std::uint64_t chunk : {0U, 1U, 100U}) {
    for (const std::uint64_t window : {0U, 1U, 2U, 1000U}) {
      CAPTURE(chunk);
      CAPTURE(window);
      double expected = 0;
      auto inputs = std::views::iota(0, 2500) | std::views::transform([](int i) { return double(i); });
      auto results = pool->imap<double>("examples.square", inputs, {.chunk_size = chunk, .window = window});
      for (const double y : results) {
        CHECK(y == expected * expected);
        ++expected;
      }
      CHECK(expected == 2500);
    }
  }
  for (const double y : pool->imap<double>("examples.square", std::vector<double>{}))
    FAIL(y);
}

TEST_CASE("imap_unordered gives every result once") {
  PoolFixture pool;
  std::vector<double> xs(3000);
  for (std::size_t i = 0; i < xs.size(); ++i)
    xs[i] = static_cast<double>(i);
  for (const std::uint64_t chunk : {1U, 100U}) {
    std::multiset<double> seen;
    for (const double y : pool->imap_unordered<double>("examples.cube", xs, {.chunk_size = chunk}))
      seen.insert(y);
    REQUIRE(seen.size() == xs.size());
    CHECK(*seen.rbegin() == 2999.0 * 2999 * 2999);
  }
}

TEST_CASE("imap reads an endless input lazily, a bounded window ahead") {
  PoolFixture pool;
  std::uint64_t read = 0;
  std::uint64_t taken = 0;
  for (const double y : pool->imap<double>("examples.square", counting(read), {.window = 50})) {
    CHECK(y == static_cast<double>(taken * taken));
    ++taken;
    CHECK(read <= taken + 50);
    if (taken == 10'000) break;
  }
  CHECK(taken == 10'000);
  CHECK(read >= taken);
  read = 0;
  for (const double y : pool->imap<double>("examples.slow", counting(read))) {
    static_cast<void>(y);
    break;
  }
  CHECK(read <= 2 * 4);
}

TEST_CASE("imap reads an input that can be read once, on the caller's thread") {
  PoolFixture pool;
  std::istringstream numbers{"1 2 3 4 5"};
  std::vector<double> squares;
  for (const double y : pool->imap<double>("examples.square", std::views::istream<double>(numbers)))
    squares.push_back(y);
  CHECK(squares == std::vector<double>{1, 4, 9, 16, 25});
  const auto self = std::this_thread::get_id();
  auto here = std::views::iota(0, 100) | std::views::transform([&](int i) {
                CHECK(std::this_thread::get_id() == self);
                return double(i);
              });
  double last = 0;
  for (const double y : pool->imap<double>("examples.square", here))
    last = y;
  CHECK(last == 99.0 * 99);
}

TEST_CASE("imap throws where an item failed, and goes on after it") {
  PoolFixture pool;
  std::vector<double> xs(100, 4.0);
  xs[17] = xs[18] = xs[99] = -1;
  auto results = pool->imap<double>("examples.sqrt", xs);
  std::vector<std::uint64_t> failed;
  std::uint64_t at = 0;
  for (auto it = results.begin(); it != results.end(); ++it, ++at) {
    try {
      const double root = *it;
      CHECK(root == 2);
    } catch (const TaskFailed& error) {
      CHECK(error.failure().index == at);
      failed.push_back(at);
    }
  }
  CHECK(at == 100);
  CHECK(failed == std::vector<std::uint64_t>{17, 18, 99});
}

TEST_CASE("imap_outcomes never throws for an item") {
  PoolFixture pool;
  std::size_t returned = 0;
  std::vector<Failure> failures;
  for (const Outcome<double>& outcome :
       pool->imap_outcomes<double>("culprits.segv", std::vector<double>{0, 1, 0, 0, 1})) {
    outcome ? void(++returned) : failures.push_back(outcome.failure());
  }
  CHECK(returned == 3);
  REQUIRE(failures.size() == 2);
  CHECK(failures[1].index == 4);
  CHECK(failures[1].ending == Ending::crashed);
}

TEST_CASE("an input that throws: what came before is delivered, then the error; the pool goes on") {
  PoolFixture pool;
  auto inputs = std::views::iota(0, 100) | std::views::transform([](int i) {
                  if (i == 40) throw std::runtime_error("no more");
                  return double(i);
                });
  double expected = 0;
  CHECK_THROWS_WITH_AS(([&] {
                         for (const double y : pool->imap<double>("examples.square", inputs)) {
                           CHECK(y == expected * expected);
                           ++expected;
                         }
                       }()),
                       "no more", std::runtime_error);
  CHECK(expected == 40);
  CHECK_THROWS_WITH_AS(static_cast<void>(pool->map<double>("examples.square", inputs)), "no more",
                       std::runtime_error);
}

TEST_CASE("strings stream, and what is wrong with the call is thrown at once") {
  PoolFixture pool;
  std::string all;
  for (const std::string& text :
       pool->imap<std::string>("examples.upper", std::vector<std::string>{"a", "", "b"}))
    all += text + ";";
  CHECK(all == "A;;B;");
  CHECK_THROWS_AS(static_cast<void>(pool->imap<double>("examples.sqare", std::vector<double>{1})),
                  CannotFind);
  CHECK_THROWS_AS(static_cast<void>(pool->imap<double>("examples.square", std::vector<int>{1})), Mismatch);
}

TEST_CASE("a pool that is terminated ends a stream with the reason") {
  PoolFixture pool;
  pool.expect_ended();
  std::uint64_t read = 0;
  CHECK_THROWS([&] {
    for (const double y : pool->imap<double>("examples.square", counting(read))) {
      if (y > 1e6) pool->terminate();
    }
  }());
}

}  // namespace prong::test
