// The untyped call: every encoding of items, bound arguments and results, and what is rejected in each.
#include "echoes/shapes.hpp"
#include "encoded_calls.hpp"

#include <cstring>
#include <limits>
#include <map>
#include <utility>

namespace prong::test {

namespace {

using namespace std::string_literals;
using ::echoes::Point;
using ::echoes::Shape;

// One value in each of its encodings, there and back.
template <class T>
void check_everywhere(Pool& pool, const std::string& function, const T& value, const std::string& json) {
  CAPTURE(function);
  CAPTURE(json);
  const Bound wire = prong::bind("value", value);
  const auto native = wire.encoding;
  CHECK(native == native_encoding(signature_v<T>));
  const TypeInfo type = parse_signature(signature_v<T>);
  CHECK(type.signature == signature_v<T>);
  CHECK(type.is_raw() == (native == Encoding::raw));
  if (type.is_raw()) CHECK(type.size == wire.value.size());
  const bool verbatim = native == Encoding::views;
  const std::vector<std::string> texts{verbatim ? wire.value : json};
  const std::vector<std::pair<Encoding, std::vector<std::string>>> ways{
      {native, {wire.value}}, {Encoding::json, {json}}, {Encoding::text, texts}};
  for (const auto& [encoding, items] : ways) {
    CAPTURE(static_cast<int>(encoding));
    CHECK(run(pool, function, encoding, items).values == std::vector{wire.value});
    CHECK(run(pool, function, encoding, items, native).values == std::vector{wire.value});
    CHECK(run(pool, function, encoding, items, Encoding::json).values == std::vector{json + "\n"});
    const std::string line = signature_v<T> == "str" ? wire.value : json;
    CHECK(run(pool, function, encoding, items, Encoding::text).values == std::vector{line + "\n"});
  }
}

}  // namespace

TEST_CASE("every type in every encoding, there and back") {
  PoolFixture fixture;
  Pool& pool = *fixture;
  check_everywhere(pool, "echoes.null", std::monostate{}, "null");
  check_everywhere(pool, "echoes.boolean", true, "true");
  check_everywhere(pool, "echoes.i8", std::int8_t{-128}, "-128");
  check_everywhere(pool, "echoes.i64", INT64_MIN, "-9223372036854775808");
  check_everywhere(pool, "echoes.u64", UINT64_MAX, "18446744073709551615");
  check_everywhere(pool, "echoes.f64", -0.0, "-0");
  check_everywhere(pool, "echoes.f64", 0.1, "0.1");
  check_everywhere(pool, "echoes.f64", -std::numeric_limits<double>::infinity(), "\"-Infinity\"");
  check_everywhere(pool, "echoes.f32", 0.1f, "0.1");
  check_everywhere(pool, "echoes.str", "a\"\\\n\0ö😀"s, R"("a\"\\\n\u0000ö😀")");
  check_everywhere(pool, "echoes.str", ""s, "\"\"");
  check_everywhere(pool, "echoes.pair", std::pair{std::int8_t{1}, 0.5}, "[1,0.5]");
  check_everywhere(pool, "echoes.point", Point{0.5, -1}, R"({"x":0.5,"y":-1})");
  check_everywhere(pool, "echoes.shape", Shape{"a", {{1, 2}}, std::nullopt},
                   R"({"name":"a","points":[{"x":1,"y":2}],"tag":null})");
  check_everywhere(pool, "echoes.nothing", std::tuple{}, "[]");
  check_everywhere(pool, "echoes.labelled", std::tuple{"ü"s, INT64_MAX}, R"(["ü",9223372036854775807])");
  check_everywhere(pool, "echoes.naturals", std::vector{UINT64_MAX, std::uint64_t{0}},
                   "[18446744073709551615,0]");
  check_everywhere(pool, "echoes.numbers", std::vector<double>{}, "[]");
  check_everywhere(pool, "echoes.maybe_integer", std::optional{INT64_MIN}, "-9223372036854775808");
  check_everywhere(pool, "echoes.maybe_text", std::optional<std::string>{}, "null");
  check_everywhere(pool, "echoes.table", std::map<std::string, double>{{"", 1.5}, {"b", 2}},
                   R"({"":1.5,"b":2})");
  CHECK(run(pool, "echoes.f64", Encoding::json, {"\"NaN\""}, Encoding::json).values[0] == "\"NaN\"\n");
}

TEST_CASE("bytes are themselves as text and base64 as JSON, any is every JSON value") {
  PoolFixture fixture;
  Pool& pool = *fixture;
  const std::string blob = "\0\xff\n"s;
  CHECK(run(pool, "echoes.bytes", Encoding::text, {blob, ""}).values == std::vector{blob, ""s});
  CHECK(run(pool, "echoes.bytes", Encoding::json, {"\"AP8K\"", "\"\""}).values == std::vector{blob, ""s});
  CHECK(run(pool, "echoes.bytes", Encoding::views, {blob}, Encoding::json).values[0] == "\"AP8K\"\n");
  const std::string tree = R"({"a":[null,true,-1,18446744073709551615,0.5,"x",{}],"":[]})";
  CHECK(run(pool, "echoes.any", Encoding::json, {tree}, Encoding::json).values[0] == tree + "\n");
  CHECK(run(pool, "echoes.any", Encoding::text, {"\"x\""}, Encoding::text).values[0] == "x\n");
  CHECK(run(pool, "echoes.any", Encoding::msgpack, {"\xc4\x01z"}, Encoding::json).values[0] == "\"eg==\"\n");
}

TEST_CASE("a str is any bytes: verbatim but in JSON, which carries UTF-8 alone") {
  PoolFixture fixture;
  Pool& pool = *fixture;
  const std::string broken = "a\xff\xc0\x80\xed\xa0\x80z";
  for (const Encoding encoding : {Encoding::views, Encoding::text}) {
    CHECK(run(pool, "echoes.str", encoding, {broken}).values == std::vector{broken});
    CHECK(run(pool, "echoes.str", encoding, {broken}, Encoding::text).values[0] == broken + "\n");
    CHECK(run(pool, "echoes.str", encoding, {"\xff"}, Encoding::json).values[0] == "\"\xef\xbf\xbd\"\n");
  }
  const Ended ended = run(pool, "echoes.str", Encoding::json, {"\"\xff\"", "\"ok\"", R"("\ud800")"});
  CHECK(ended.values == std::vector{"ok"s});
  REQUIRE(ended.failures.size() == 2);
  CHECK(ended.failures[0].ending == Ending::rejected);
  CHECK(ended.failures[0].what.find("UTF-8") != std::string::npos);
  const std::vector<std::string> texts{broken};
  const Bound packed = prong::bind("value", texts);
  CHECK(run(pool, "echoes.texts", Encoding::msgpack, {packed.value}).values == std::vector{packed.value});
}

TEST_CASE(
    "what does not fit is rejected with where, what was expected and what was found; the rest goes on") {
  PoolFixture fixture;
  const std::string good = R"({"name":"a","points":[{"x":1,"y":2}],"tag":null})";
  const std::string shape = "{name: str, points: [{x: f64, y: i32}], tag: str?}";
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"({"name":"a","points":[{"x":1,"y":2},{"x":1,"y":2.5}],"tag":null})",
       "expected i32 (-2147483648 to 2147483647) at $.points[1].y, found 2.5, which has a fraction"},
      {R"({"name":"a","points":[{"x":true,"y":2}],"tag":null})", "expected f64 at $.points[0].x, found true"},
      {R"({"name":"a","points":[{"x":1}],"tag":null})",
       "expected {x: f64, y: i32} at $.points[0], found no field \"y\""},
      {R"({"name":"a","points":[],"tag":null,"z":0})",
       "expected " + shape + ", found the unknown field \"z\""},
      {R"({"name":"a","points":[],"name":"b","tag":null})",
       "expected " + shape + ", found twice the field \"name\""},
      {"[]", "expected " + shape + ", found the array []"},
      {"", "expected " + shape + ", found nothing"},
  };
  for (const Encoding encoding : {Encoding::json, Encoding::text}) {
    std::vector<std::string> items;
    for (const auto& [item, why] : rows) {
      items.push_back(good);
      items.push_back(item);
    }
    items.push_back(good);
    const Ended ended = run(*fixture, "echoes.shape", encoding, items);
    CHECK(ended.values ==
          std::vector<std::string>(rows.size() + 1, prong::bind("", Shape{"a", {{1, 2}}, {}}).value));
    REQUIRE(ended.failures.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(ended.failures[i].index == 2 * i + 1);
      CHECK(ended.failures[i].ending == Ending::rejected);
      CHECK(ended.failures[i].what == rows[i].second);
    }
  }
}

TEST_CASE("JSON that is too deep is rejected, and harms nobody") {
  PoolFixture fixture;
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const std::vector<std::string> items{nested(128), nested(129), nested(1'000'000),
                                       std::string(1'000'000, '['), "1"};
  const Ended ended = run(*fixture, "echoes.any", Encoding::json, items, Encoding::json);
  CHECK(ended.values[0] == nested(128) + "\n1\n");
  REQUIRE(ended.failures.size() == 3);
  for (const Failure& failure : ended.failures) {
    CHECK(failure.ending == Ending::rejected);
    CHECK(failure.what.starts_with("expected at most 128 arrays and objects inside each other at $[0][0]"));
  }
}

TEST_CASE("a bound argument comes in any encoding, and one that does not fit is told before anything runs") {
  PoolFixture fixture;
  Pool& pool = *fixture;
  const Shape shape{"s", {}, "t"};
  const std::string json = R"({"name":"s","points":[],"tag":"t"})";
  const std::string expected = prong::bind("", std::tuple{"x"s, shape}).value;
  const std::vector<Bound> good{
      prong::bind("shape", shape),
      {.name = "shape", .encoding = Encoding::msgpack, .value = prong::bind("", shape).value},
      {.name = "shape", .encoding = Encoding::json, .value = json},
      {.name = "shape", .encoding = Encoding::text, .value = json}};
  for (const Bound& bound : good) {
    CHECK(run(pool, "echoes.both", Encoding::text, {"x"}, Encoding::native, {bound}).values ==
          std::vector{expected});
  }
  CHECK(run(pool, "examples.power", Encoding::json, {"3"}, Encoding::json,
            {{.name = "exponent", .encoding = Encoding::msgpack, .value = "\2"}})
            .values[0] == "9\n");
  CHECK(what_of([&] {
          static_cast<void>(
              pool.open({.function = "examples.power",
                         .bound = {{.name = "exponent", .encoding = Encoding::msgpack, .value = "\xa0"}}}));
        }) == "'examples.power': argument 'exponent': expected f64, found the str \"\"");
  const std::vector<std::pair<Bound, std::string>> bad{
      {{.name = "shape", .encoding = Encoding::json, .value = R"({"name":"s","points":[7],"tag":null})"},
       "expected {x: f64, y: i32} at $.points[0], found 7"},
      {{.name = "shape", .encoding = Encoding::msgpack, .value = "\x81\xa4name\x07"},
       "expected str at $.name, found 7"},
      {{.name = "shape", .encoding = Encoding::msgpack, .value = ""},
       "expected {name: str, points: [{x: f64, y: i32}], tag: str?}, found nothing"},
  };
  for (const auto& [bound, why] : bad) {
    CHECK(what_of([&] {
            static_cast<void>(
                pool.open({.function = "echoes.both", .bound = {bound}, .items = Encoding::text}));
          }) == "'echoes.both': argument 'shape': " + why);
  }
  CHECK(what_of([&] {
          static_cast<void>(
              pool.open({.function = "examples.power",
                         .bound = {{.name = "exponent", .encoding = Encoding::raw, .value = "4"}}}));
        }) == "'examples.power': argument 'exponent': expected f64 of 8 bytes, found 1 bytes");
  CHECK(what_of([&] {
          static_cast<void>(pool.open(
              {.function = "examples.power", .bound = {{.name = "exponent", .encoding = Encoding::views}}}));
        }) ==
        "'examples.power': argument 'exponent' is raw, msgpack, json or text, as the type is f64, and not "
        "views");
}

TEST_CASE("an encoding that is not the type's is refused before anything runs") {
  PoolFixture fixture;
  CHECK(what_of([&] { static_cast<void>(fixture->open({.function = "echoes.numbers"})); }) ==
        "'echoes.numbers': items are msgpack, json or text, as the type is [f64], and not raw");
  CHECK(what_of([&] {
          static_cast<void>(fixture->open(
              {.function = "echoes.numbers", .items = Encoding::json, .results = Encoding::views}));
        }) == "'echoes.numbers': results are msgpack, json or text, as the type is [f64], and not views");
}

}  // namespace prong::test
