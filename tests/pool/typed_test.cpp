// The typed calls: values of every raw and view type there and back.
#include "fixture.hpp"

#include <list>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>

namespace prong::test {

TEST_CASE("map gives the serial result, in order, with and without a chunk size") {
  PoolFixture pool;
  std::vector<double> xs(10'000);
  std::iota(xs.begin(), xs.end(), 0.0);
  for (const std::uint64_t chunk : {0u, 1u, 7u, 10'000u, 1'000'000u}) {
    const auto squares = pool->map<double>("examples.square", xs, {.chunk_size = chunk});
    REQUIRE(squares.size() == xs.size());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < xs.size(); ++i)
      wrong += squares[i] != xs[i] * xs[i] ? 1 : 0;
    CHECK(wrong == 0);
    CHECK(squares.span()[9] == 81);
  }
}

TEST_CASE("map of nothing returns at once") {
  PoolFixture pool;
  CHECK(pool->map<double>("examples.square", std::vector<double>{}).empty());
  CHECK(pool->map<double>("examples.square", std::vector<double>{}, {.chunk_size = 5}).empty());
  CHECK(pool->map<std::string>("examples.upper", std::vector<std::string>{}).to_vector().empty());
}

TEST_CASE("strings travel, empty ones and ones with zeros too") {
  PoolFixture pool;
  const std::vector<std::string> texts{"abc", "", std::string("a\0b", 3), std::string(100'000, 'z'), "grüße"};
  const std::vector<std::string> upper = pool->map<std::string>("examples.upper", texts);
  CHECK(upper[0] == "ABC");
  CHECK(upper[1].empty());
  CHECK(upper[2] == std::string("A\0B", 3));
  CHECK(upper[3] == std::string(100'000, 'Z'));
  CHECK(upper[4] == "GRüßE");
  const auto views = pool->map<std::string_view>("examples.upper", texts);
  CHECK(views[0] == "ABC");
}

// On two processors, by halves that lie in several pieces.
TEST_CASE("many strings become a vector in order") {
  PoolFixture pool;
  std::vector<std::string> texts(2 * detail::many_values + 1);
  for (std::size_t i = 0; i < texts.size(); ++i)
    texts[i] = std::to_string(i) + std::string(i % 40, 'X');
  const auto echoed = pool->map<std::string>("examples.upper", texts, {.chunk_size = 1000});
  CHECK(echoed.to_vector() == texts);
}

TEST_CASE("both calls end before either's exception is thrown, and the first one's goes before") {
  int calls = 0;
  CHECK_THROWS_WITH(detail::call_both([] { throw std::runtime_error{"here"}; },
                                      [&] { ++calls, throw std::runtime_error{"other"}; }),
                    "here");
  CHECK_THROWS_WITH(detail::call_both([&] { ++calls; }, [] { throw std::runtime_error{"other"}; }), "other");
  CHECK(calls == 2);
}

TEST_CASE("any range serves: lists, views, literals, arrays in the pool's memory") {
  PoolFixture pool;
  CHECK(pool->map<double>("examples.cube", std::list<double>{1, 2, 3})[2] == 27);
  auto odd = std::views::iota(0, 10) | std::views::filter([](int i) { return i % 2 == 1; }) |
             std::views::transform([](int i) { return double(i); });
  CHECK(pool->map<double>("examples.square", odd)[4] == 81);
  const char* const words[] = {"a", "b"};
  CHECK(pool->map<std::string>("examples.upper", words)[1] == "B");
  auto shared = pool->allocate<double>(1000);
  std::iota(shared.begin(), shared.end(), 0.0);
  CHECK(pool->map<double>("examples.square", shared)[999] == 999.0 * 999);
}

TEST_CASE("several parameters are tuples; apply takes them one by one") {
  PoolFixture pool;
  const std::vector<std::tuple<double, double>> sides{{3, 4}, {5, 12}};
  const auto lengths = pool->map<double>("examples.hypot", sides);
  CHECK(lengths[0] == 5);
  CHECK(lengths[1] == 13);
  CHECK(pool->apply<double>("examples.hypot", 3.0, 4.0) == 5);
  CHECK(pool->apply<std::string>("examples.upper", "literal") == "LITERAL");
}

TEST_CASE("bound arguments go to their parameter") {
  PoolFixture pool;
  const std::vector<double> xs{1, 2, 3};
  CHECK(pool->map<double>("examples.power", xs, {.bound = {bind("exponent", 3.0)}})[2] == 27);
  CHECK(pool->map<double>("examples.power", xs, {.bound = {{.name = "exponent", .value = "2"}}})[2] == 9);
  CHECK_THROWS_WITH_AS(
      static_cast<void>(pool->map<double>("examples.power", xs, {.bound = {bind("exponnt", 3.0)}})),
      "'examples.power' has no parameter 'exponnt'; its parameters are (base: f64, exponent: f64)", Mismatch);
  CHECK_THROWS_AS(
      static_cast<void>(pool->map<double>("examples.power", xs, {.bound = {bind("exponent", 3)}})), Mismatch);
  CHECK_THROWS_AS(static_cast<void>(pool->map<double>("examples.power", xs, {.bound = {bind("base", 3.0)}})),
                  Mismatch);
  CHECK_THROWS_AS(static_cast<void>(pool->map<double>("examples.power", xs,
                                                      {.bound = {{.name = "exponent", .value = "x"}}})),
                  Mismatch);
}

TEST_CASE("run hands all results to the result function of the same name") {
  PoolFixture pool;
  const std::vector<double> xs{0, 1, 2, 3};
  CHECK(pool->run<std::string>("examples.square", xs) == "examples.square returned [0, 1, 4, 9]");
  CHECK(pool->run<std::string>("examples.cube", xs) == "examples.cube returned [0, 1, 8, 27]");
  CHECK(pool->run<std::string>("examples.square", std::vector<double>{}) == "examples.square returned []");
  CHECK_THROWS_AS(static_cast<void>(pool->run<std::string>("examples.sqrt", xs)), CannotFind);
  CHECK_THROWS_AS(static_cast<void>(pool->run<double>("examples.square", xs)), Mismatch);
}

TEST_CASE("a result function may return a raw value and take bound arguments") {
  PoolFixture pool;
  for (int round = 0; round < 3; ++round) {
    const std::vector<double> xs(1000, 1.0);
    CHECK(pool->run<double>("culprits.pure_crash", xs, {.bound = {bind("start", 0.5)}}) == 2000.5);
    CHECK(pool->map<double>("examples.square", xs)[999] == 1);
  }
  CHECK_THROWS_AS(static_cast<void>(pool->run<double>("culprits.pure_crash", std::vector<double>{1})),
                  Mismatch);
}

TEST_CASE("a C++ type that is not the function's is refused with both") {
  PoolFixture pool;
  CHECK_THROWS_WITH_AS(static_cast<void>(pool->map<double>("examples.square", std::vector<int>{1})),
                       "'examples.square': items are f64, the caller's type is i32", Mismatch);
  CHECK_THROWS_WITH_AS(static_cast<void>(pool->map<float>("examples.square", std::vector<double>{1})),
                       "'examples.square': results are f64, the caller's type is f32", Mismatch);
  CHECK_THROWS_AS(static_cast<void>(pool->map<double>("examples.hypot", std::vector<double>{1})), Mismatch);
}

TEST_CASE("results of one map are items of the next, where they lie, also those of two maps side by side") {
  PoolFixture pool;
  const std::vector<double> xs(512, 3.0);  // one page: the results of two maps are neighbours
  const auto first = pool->map<double>("examples.square", xs);
  const auto second = pool->map<double>("examples.square", xs);
  for (const double x : pool->map<double>("examples.square", first.span()))
    REQUIRE(x == 81);
  const std::span<const double> middle = first.span().subspan(100, 200);
  CHECK(pool->map<double>("examples.cube", middle)[199] == 729);
  if (first.span().data() + first.size() == second.span().data()) {
    const std::span both{first.span().data(), first.size() + second.size()};
    for (const double x : pool->map<double>("examples.square", both))
      REQUIRE(x == 81);
  }
}

TEST_CASE("results outlive the pool") {
  std::optional<Results<double>> squares;
  std::optional<Results<std::string>> texts;
  {
    PoolFixture pool;
    squares = pool->map<double>("examples.square", std::vector<double>{1, 2, 3});
    texts = pool->map<std::string>("examples.upper", std::vector<std::string>{"a"});
    pool.expect_ended();
    pool->terminate();
    CHECK((*squares)[2] == 9);
  }
  CHECK((*squares)[2] == 9);
  CHECK((*texts)[0] == "A");
}

}  // namespace prong::test
