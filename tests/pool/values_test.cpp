// The typed calls: values of every type of <prong/types.hpp> there and back, what cannot be sent, and results
// that are none.
#include "echoes/shapes.hpp"
#include "fixture.hpp"

#include <cmath>
#include <limits>
#include <list>
#include <numeric>
#include <ranges>
#include <string_view>

namespace prong::test {

namespace {

using namespace std::string_literals;
using ::echoes::Point;
using ::echoes::Shape;
using ::echoes::ShapeView;

// As a vector and one by one.
template <class T>
void check_echo(PoolFixture& pool, std::string_view function, const std::vector<T>& values) {
  CAPTURE(function);
  const Results<T> echoed = pool->map<T>(function, values, {.chunk_size = 2});
  REQUIRE(echoed.size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(echoed[i] == values[i]);
  CHECK(echoed.to_vector() == values);
  const auto outcomes = pool->map_outcomes<T>(function, values);
  CHECK(outcomes.failures().empty());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(outcomes[i].value() == values[i]);
  if (!values.empty()) CHECK(pool->apply<T>(function, T(values.back())) == values.back());
  CHECK(pool->map<T>(function, std::vector<T>{}).to_vector().empty());
}

template <class Integer>
std::vector<Integer> extremes() {
  using Limits = std::numeric_limits<Integer>;
  return {Limits::min(), Limits::max(), static_cast<Integer>(Limits::min() + 1), Integer{0}, Integer{1}};
}

Any any_of(std::string_view bytes) {
  const auto span = std::as_bytes(std::span{bytes});
  return {{span.begin(), span.end()}};
}

template <class Error = Mismatch>
std::string message(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const std::vector<std::string> words{"", "a\0b"s, "grüße 😀", "\xff\xc0\x80 no UTF-8",
                                     std::string(100'000, 'x')};
const Shape triangle{"triangle\0"s, {{-0.5, INT32_MIN}, {1e300, 0}, {0, INT32_MAX}}, ""};
const Shape blank{};

}  // namespace

TEST_CASE("integers come back to the last bit") {
  PoolFixture pool;
  check_echo(pool, "echoes.i8", extremes<std::int8_t>());
  check_echo(pool, "echoes.i16", extremes<std::int16_t>());
  check_echo(pool, "echoes.i32", extremes<std::int32_t>());
  check_echo(pool, "echoes.i64", extremes<std::int64_t>());
  check_echo(pool, "echoes.u8", extremes<std::uint8_t>());
  check_echo(pool, "echoes.u16", extremes<std::uint16_t>());
  check_echo(pool, "echoes.u32", extremes<std::uint32_t>());
  check_echo(pool, "echoes.u64", extremes<std::uint64_t>());
  check_echo(pool, "echoes.integers", std::vector{extremes<std::int64_t>(), {}});
  check_echo(pool, "echoes.naturals", std::vector{extremes<std::uint64_t>(), {}});
}

TEST_CASE("floating-point numbers come back with every bit, also those that are none") {
  PoolFixture pool;
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> values{0.1, -0.0, 5e-324, 1e308, infinity, -infinity, 9007199254740993.0};
  check_echo(pool, "echoes.f64", values);
  check_echo(pool, "echoes.f32", std::vector<float>{0.1f, -0.0f, 1e-45f, static_cast<float>(infinity)});
  check_echo(pool, "echoes.numbers", std::vector{values, {}});
  CHECK(std::signbit(pool->apply<double>("echoes.f64", -0.0)));
  CHECK(std::signbit(pool->apply<std::vector<double>>("echoes.numbers", std::vector{-0.0})[0]));
  CHECK(std::isnan(pool->apply<double>("echoes.f64", std::nan(""))));
  CHECK(std::isnan(pool->apply<std::vector<double>>("echoes.numbers", std::vector{std::nan("")})[0]));
}

TEST_CASE("texts, bytes and nothing come back as they are, also inside other values") {
  PoolFixture pool;
  check_echo(pool, "echoes.null", std::vector<std::monostate>(3));
  check_echo(pool, "echoes.boolean", std::vector<bool>{true, false, true});
  check_echo(pool, "echoes.truths", std::vector<std::vector<bool>>{{true, false}, {}});
  check_echo(pool, "echoes.str", words);
  check_echo(pool, "echoes.texts", std::vector<std::vector<std::string>>{words, {}, {""}});
  const std::vector<std::vector<std::byte>> blobs{{}, {std::byte{0}, std::byte{255}}};
  check_echo(pool, "echoes.bytes", blobs);
  check_echo(pool, "echoes.blobs", std::vector{blobs, {}});
  CHECK_NOTHROW(pool->apply<void>("echoes.null", std::monostate{}));
}

TEST_CASE("lists, optionals, maps, tuples, structs and any come back") {
  PoolFixture pool;
  check_echo(pool, "echoes.nothing", std::vector<std::tuple<>>(2));
  check_echo(pool, "echoes.pair", std::vector<std::pair<std::int8_t, double>>{{-128, 0.5}, {}});
  check_echo(pool, "echoes.labelled",
             std::vector<std::tuple<std::string, std::int64_t>>{{"", INT64_MIN}, {"x", 1}});
  check_echo(pool, "echoes.point", triangle.points);
  check_echo(pool, "echoes.points", std::vector{triangle.points, {}});
  check_echo(pool, "echoes.shape", std::vector{triangle, blank});
  check_echo(pool, "echoes.matrix", std::vector<std::vector<std::vector<double>>>{{}, {{}, {1, 2}}});
  check_echo(pool, "echoes.corner", std::vector<std::array<std::int16_t, 3>>{{1, -2, 300}});
  check_echo(pool, "echoes.maybe_integer",
             std::vector<std::optional<std::int64_t>>{std::nullopt, 0, INT64_MAX});
  check_echo(pool, "echoes.maybe_text", std::vector<std::optional<std::string>>{std::nullopt, "", "null"});
  check_echo(pool, "echoes.table", std::vector<std::map<std::string, double>>{{}, {{"", 1}, {"ü", -0.0}}});
  check_echo(pool, "echoes.shapes",
             std::vector<std::unordered_map<std::string, Shape>>{{}, {{"a", triangle}}});
  check_echo(pool, "echoes.any", std::vector{any_of("\xc0"s), any_of("\x92\x01\x81\xa1k\xc4\0"s)});
  CHECK(pool->apply<Any>("echoes.any", Any{}) == any_of("\xc0"s));
}

TEST_CASE("any range of them serves, also one that is read once") {
  PoolFixture pool;
  const std::list<std::vector<double>> list{{1}, {}, {2, 3}};
  CHECK(pool->map<std::vector<double>>("echoes.numbers", list)[2] == std::vector<double>{2, 3});
  const std::vector<double> numbers{4, 5, 6};
  const std::vector<std::span<const double>> spans{std::span{numbers}.first(1), std::span{numbers}};
  CHECK(pool->map<std::vector<double>>("echoes.numbers", spans)[1] == numbers);
  std::istringstream text{"1 2 3"};
  auto read = std::views::istream<std::int64_t>(text) |
              std::views::transform([](std::int64_t x) { return std::optional{x}; });
  CHECK(pool->map<std::optional<std::int64_t>>("echoes.maybe_integer", read)[2] == 3);
  std::vector<std::vector<double>> many(20'000, {0.5, 1});
  many.back().resize(200'000);
  const auto echoed = pool->map<std::vector<double>>("echoes.numbers", many);
  CHECK(echoed.size() == many.size());
  CHECK(std::ranges::equal(echoed, many));
}

TEST_CASE("several arguments of any type, as a tuple, one by one, and bound") {
  PoolFixture pool;
  using Both = std::tuple<std::string, Shape>;
  const Both both{"text", triangle};
  CHECK(pool->map<Both>("echoes.both", std::vector{both})[0] == both);
  CHECK(pool->apply<Both>("echoes.both", "text", triangle) == both);
  const std::vector<std::string> texts{"text", ""};
  const auto bound = pool->map<Both>("echoes.both", texts, {.bound = {prong::bind("shape", triangle)}});
  CHECK(bound[0] == both);
  CHECK(bound[1] == Both{"", triangle});
}

TEST_CASE("a class is made of bound values of any type, once for all items of a job in a worker") {
  PoolFixture pool{{.workers = 1}};
  using Rank = std::pair<std::optional<std::uint64_t>, std::uint64_t>;
  const std::vector<std::string> texts(1000, "b");
  for (const std::uint64_t job : {1u, 2u}) {
    const std::vector<std::string> list{"a!", "b!"};
    const auto ranks = pool->map<Rank>(
        "echoes.rank", texts,
        {.bound = {prong::bind("shape", Shape{"!", {}, {}}), prong::bind("list", list)}, .chunk_size = 10});
    CHECK(std::ranges::count(ranks, Rank{1, job}) == 1000);
  }
  const auto failed = pool->map_outcomes<Rank>(
      "echoes.rank", texts,
      {.bound = {prong::bind("shape", blank), prong::bind("list", std::vector<std::string>{})}});
  REQUIRE(failed.failures().size() == texts.size());
  CHECK(failed.failures()[999].what == "an empty list ranks nothing");
}

TEST_CASE("views inside results are valid as long as the results") {
  std::optional<Results<std::vector<std::string_view>>> texts;
  std::optional<Results<ShapeView>> shapes;
  std::optional<Outcomes<std::optional<std::string_view>>> maybe;
  std::optional<Results<std::vector<std::span<const std::byte>>>> blobs;
  {
    PoolFixture pool;
    texts = pool->map<std::vector<std::string_view>>("echoes.texts",
                                                     std::vector<std::vector<std::string>>{words});
    shapes = pool->map<ShapeView>("echoes.shape", std::vector{triangle});
    maybe = pool->map_outcomes<std::optional<std::string_view>>("echoes.maybe_text",
                                                                std::vector{std::optional{words[2]}});
    const std::vector<std::vector<std::vector<std::byte>>> one_blob{{{std::byte{7}}}};
    blobs = pool->map<std::vector<std::span<const std::byte>>>("echoes.blobs", one_blob);
    pool.expect_ended();
  }
  CHECK(std::ranges::equal((*texts)[0], words));
  CHECK((*texts).to_vector()[0][2] == words[2]);
  CHECK((*shapes)[0].name == triangle.name);
  CHECK((*shapes)[0].tag == "");
  CHECK((*maybe)[0].value() == words[2]);
  CHECK((*blobs)[0][0][0] == std::byte{7});
}

TEST_CASE("types that are not the function's are refused with both signatures") {
  PoolFixture pool;
  CHECK(message([&] { static_cast<void>(pool->map<Shape>("echoes.shape", std::vector{Point{}})); }) ==
        "'echoes.shape': items are {name: str, points: [{x: f64, y: i32}], tag: str?}, the caller's type is "
        "{x: f64, y: i32}");
  CHECK(message([&] {
          static_cast<void>(pool->apply<std::vector<float>>("echoes.numbers", std::vector{1.0}));
        }) == "'echoes.numbers': results are [f64], the caller's type is [f32]");
  const std::vector texts{"a"s};
  CHECK(message([&] {
          static_cast<void>(pool->map<Any>("echoes.both", texts, {.bound = {prong::bind("shape", Point{})}}));
        }) ==
        "'echoes.both': results are (str, {name: str, points: [{x: f64, y: i32}], tag: str?}), the caller's "
        "type is any");
  CHECK(message([&] {
          static_cast<void>(pool->map<std::tuple<std::string, Shape>>(
              "echoes.both", texts, {.bound = {prong::bind("shape", Point{})}}));
        }) ==
        "'echoes.both': argument 'shape' is {name: str, points: [{x: f64, y: i32}], tag: str?}, the caller's "
        "type is {x: f64, y: i32}");
}

TEST_CASE("a value that cannot be encoded throws in the caller, and the pool goes on") {
  PoolFixture pool;
  const Any broken = any_of("\x91"s);
  CHECK(message([&] { static_cast<void>(pool->map<Any>("echoes.any", std::vector{Any{}, broken})); }) ==
        "item 1 cannot be encoded as any: expected MessagePack at $[0], found its end after 1 bytes, within "
        "a value");
  CHECK(message([&] {
          static_cast<void>(prong::bind("extra", broken));
        }).starts_with("argument 'extra' cannot be encoded as any: "));
  CHECK(message([&] { static_cast<void>(pool->apply<Any>("echoes.any", any_of("\xc7\0\1"s))); }) ==
        "item 0 cannot be encoded as any: expected any, found an ext");
}

TEST_CASE("a range that throws half-way throws that, and the pool goes on") {
  PoolFixture pool;
  auto throwing = std::views::iota(0, 10) | std::views::transform([](int i) {
                    if (i == 5) throw std::out_of_range("five");
                    return std::vector<double>(static_cast<std::size_t>(i));
                  });
  CHECK(message<std::out_of_range>([&] {
          static_cast<void>(pool->map<std::vector<double>>("echoes.numbers", throwing));
        }) == "five");
}

// A plugin that emits what its note does not say: as C may, and as a hostile one will.
TEST_CASE("a result that does not decode is its item's failure, which says where and what") {
  PoolFixture pool;
  const auto blob = [](std::string_view bytes) { return any_of(bytes).msgpack; };
  const std::vector items{blob("\x91\xa1x"s), blob("\x92\xa1x\x07"s), blob(""s), blob("\x90"s),
                          blob("\xdd\xff\xff\xff\xff"s)};
  using Texts = std::vector<std::string>;
  const auto outcomes = pool->map_outcomes<Texts>("echoes.texts_unchecked", items);
  CHECK(outcomes[0].value() == Texts{"x"});
  CHECK(outcomes[3].value().empty());
  REQUIRE(outcomes.failures().size() == 3);
  const std::string no_value = "the result is not of the function's type: expected ";
  const std::vector<std::pair<std::size_t, std::string>> expected{
      {1, "str at $[1], found 7"},
      {2, "[str], found nothing"},
      {4, "MessagePack at $[0], found its end after 5 bytes, within a value"}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Failure& failure = outcomes.failures()[i];
    CHECK(failure.index == expected[i].first);
    CHECK(failure.ending == Ending::threw);
    CHECK(failure.function == "echoes.texts_unchecked");
    CHECK(failure.what == no_value + expected[i].second);
    CHECK(outcomes[expected[i].first].failure() == failure);
  }
  const std::string first = "item 1: threw: " + no_value + expected[0].second + " in echoes.texts_unchecked";
  CHECK(message<TaskFailed>([&] { static_cast<void>(pool->map<Texts>("echoes.texts_unchecked", items)); }) ==
        first);
  CHECK(message<TaskFailed>([&] {
          static_cast<void>(pool->apply<Texts>("echoes.texts_unchecked", items[1]));
        }).starts_with("item 0: threw: "));
}

TEST_CASE("a result that does not decode is an error also for who reads it without asking first") {
  PoolFixture pool;
  const std::vector<std::byte> item{std::byte{0x91}, std::byte{7}};
  const std::vector<std::uint64_t> offsets{0, item.size()};
  const ResultSet set{pool->submit({.function = "echoes.texts_unchecked", .items = Encoding::views},
                                   {.bytes = item, .offsets = offsets, .count = 1})
                          .collect()};
  const Results<std::vector<std::string>> results{set};
  CHECK_THROWS_AS(static_cast<void>(results[0]), TaskFailed);
  const Outcomes<std::vector<std::string>> outcomes{set};
  CHECK(outcomes[0].ending() == Ending::threw);
  CHECK_THROWS_AS(static_cast<void>(Results<double>{set}[0]), TaskFailed);
  CHECK_THROWS_AS(static_cast<void>(decode_result<double>(item)), std::invalid_argument);
}

}  // namespace prong::test
