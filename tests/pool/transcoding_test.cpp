// MessagePack in untyped calls, and every encoding of items with every encoding of results.
#include "echoes/shapes.hpp"
#include "encoded_calls.hpp"

#include <array>
#include <optional>

namespace prong::test {

namespace {

using namespace std::string_literals;
using ::echoes::Point;

// A value in every encoding that its type has. What has none is refused.
struct Written {
  std::string function;
  Encoding own;
  std::string wire;
  std::string msgpack;
  std::string json;
  std::string text_in;
  std::string text_out;
};

std::optional<std::string> written(const Written& value, Encoding encoding, bool as_result) {
  switch (encoding) {
    case Encoding::native:
      return as_result ? std::optional{value.wire} : std::nullopt;
    case Encoding::msgpack:
      return value.msgpack;
    case Encoding::json:
      return value.json + (as_result ? "\n" : "");
    case Encoding::text:
      return as_result ? value.text_out + "\n" : value.text_in;
    default:
      return encoding == value.own ? std::optional{value.wire} : std::nullopt;
  }
}

}  // namespace

TEST_CASE("every encoding of items, with every encoding of results, for a type of every form") {
  PoolFixture fixture;
  const std::string point = prong::bind("", Point{0.5, -1}).value;
  const std::string packed_point = "\x82\xa1x\xcb\x3f\xe0\0\0\0\0\0\0\xa1y\xff"s;
  const std::string json_point = R"({"x":0.5,"y":-1})";
  const std::string pair = prong::bind("", std::pair{std::int8_t{-3}, 2.0}).value;
  const std::vector<Written> values{
      {"echoes.null", Encoding::raw, "\0"s, "\xc0", "null", "null", "null"},
      {"echoes.boolean", Encoding::raw, "\1", "\xc3", "true", "true", "true"},
      {"echoes.i8", Encoding::raw, "\x80", "\xd0\x80", "-128", "-128", "-128"},
      {"echoes.u16", Encoding::raw, "\x2c\x01", "\xcd\x01\x2c", "300", "300", "300"},
      {"echoes.f32", Encoding::raw, "\0\0\0\x3f"s, "\xca\x3f\0\0\0"s, "0.5", "0.5", "0.5"},
      {"echoes.point", Encoding::raw, point, packed_point, json_point, json_point, json_point},
      {"echoes.pair", Encoding::raw, pair, "\x92\xfd\xcb\x40\0\0\0\0\0\0\0"s, "[-3,2]", "[-3,2]", "[-3,2]"},
      {"echoes.str", Encoding::views, "a\"",
       "\xa2"
       "a\"",
       R"("a\"")", "a\"", "a\""},
      {"echoes.str", Encoding::views, "", "\xa0", R"("")", "", ""},
      {"echoes.bytes", Encoding::views, "\0\xff\n"s, "\xc4\3\0\xff\n"s, R"("AP8K")", "\0\xff\n"s,
       R"("AP8K")"},
      {"echoes.texts", Encoding::msgpack, "\x91\xa1z", "\x91\xa1z", R"(["z"])", R"(["z"])", R"(["z"])"},
      {"echoes.any", Encoding::msgpack, "\xa1z", "\xa1z", R"("z")", R"("z")", "z"},
  };
  constexpr std::array encodings{Encoding::native,  Encoding::raw,  Encoding::views,
                                 Encoding::msgpack, Encoding::json, Encoding::text};
  for (const Written& value : values) {
    CAPTURE(value.function);
    CAPTURE(value.json);
    for (const Encoding items : encodings) {
      CAPTURE(static_cast<int>(items));
      for (const Encoding results : encodings) {
        CAPTURE(static_cast<int>(results));
        const auto in = written(value, items, false);
        const auto out = written(value, results, true);
        if (in && out) {
          const std::vector<std::string> three(3, *in);
          const bool lines = results == Encoding::json || results == Encoding::text;
          const auto expected = lines ? std::vector{*out + *out + *out} : std::vector(3, *out);
          CHECK(run(*fixture, value.function, items, three, results).values == expected);
        } else {
          const std::string what = what_of([&] { run(*fixture, value.function, items, {""}, results); });
          CHECK(what.starts_with("'" + value.function + "': " + (in ? "results" : "items") + " are "));
        }
      }
    }
  }
}

TEST_CASE("MessagePack that does not fit is rejected by itself, whatever the function's form") {
  PoolFixture fixture;
  const std::string packed_point = "\x82\xa1x\xcb\x3f\xe0\0\0\0\0\0\0\xa1y\xff"s;
  struct Row {
    std::string function;
    std::string good;
    std::string item;
    std::string why;
  };
  const std::vector<Row> rows{
      {"echoes.u8", "\7", "\xcd\x01\x2c", "expected u8 (0 to 255), found 300"},
      {"echoes.u8", "\7", "\xff", "expected u8 (0 to 255), found -1"},
      {"echoes.i16", "\xff", "\xca\x3f\x80\0\0"s, "expected i16 (-32768 to 32767), found the float 32 1"},
      {"echoes.f32", "\xca\x3f\0\0\0"s, "\xcb\x3f\xf0\0\0\0\0\0\0"s, "expected f32, found the float 64 1"},
      {"echoes.f64", "\xcb\x3f\xe0\0\0\0\0\0\0"s, "\xcf\0\x20\0\0\0\0\0\1"s,
       "expected f64, found 9007199254740993"},
      {"echoes.boolean", "\xc2", "\1", "expected bool, found 1"},
      {"echoes.null", "\xc0", "\0"s, "expected null, found 0"},
      {"echoes.point", packed_point, "\x82\xa1x\1\xa1y\xa0",
       "expected i32 (-2147483648 to 2147483647) at $.y, found the str \"\""},
      {"echoes.point", packed_point, "\x81\xa1x\1", "expected {x: f64, y: i32}, found no field \"y\""},
      {"echoes.pair", "\x92\1\xcb\x3f\xe0\0\0\0\0\0\0"s, "\x93\1\2\3",
       "expected (i8, f64), found an array of 3"},
      {"echoes.pair", "\x92\1\xcb\x3f\xe0\0\0\0\0\0\0"s, "\x92\1",
       "expected MessagePack at $[1], found its end after 2 bytes, within a value"},
      {"echoes.str", "\xa1z", "\xc4\1z", "expected str, found a bin of 1 bytes"},
      {"echoes.str", "\xa1z", "\xa1zz", "expected str, found 1 bytes after the value"},
      {"echoes.bytes", "\xc4\1z", "\xa1z", "expected bytes, found the str \"z\""},
      {"echoes.bytes", "\xc4\1z", "", "expected bytes, found nothing"},
      {"echoes.texts", "\x91\xa1z", "\x92\xa1z\7", "expected str at $[1], found 7"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.function);
    CAPTURE(row.why);
    const std::vector<std::string> items{row.good, row.item, row.good};
    const Ended ended = run(*fixture, row.function, Encoding::msgpack, items, Encoding::msgpack);
    CHECK(ended.values == std::vector{row.good, row.good});
    REQUIRE(ended.failures.size() == 1);
    CHECK(ended.failures[0].index == 1);
    CHECK(ended.failures[0].ending == Ending::rejected);
    CHECK(ended.failures[0].what == row.why);
  }
}

// Whole numbers as integers, in any width, fields in any order: as other writers do.
TEST_CASE("MessagePack of other writers becomes raw values") {
  PoolFixture fixture;
  const auto raw = [&](const std::string& function, const std::string& item) {
    return run(*fixture, function, Encoding::msgpack, {item}).values.at(0);
  };
  const auto wire = [](const auto& value) { return prong::bind("", value).value; };
  CHECK(raw("echoes.f64", "\xd1\xff\xfe") == wire(-2.0));
  CHECK(raw("echoes.f64", "\xca\x3f\0\0\0"s) == wire(0.5));
  CHECK(raw("echoes.f32", "\7") == wire(7.0f));
  CHECK(raw("echoes.i64", "\xd3\x80\0\0\0\0\0\0\0"s) == wire(INT64_MIN));
  CHECK(raw("echoes.i32", "\xd3\xff\xff\xff\xff\xff\xff\xff\xfb") == wire(std::int32_t{-5}));
  CHECK(raw("echoes.u64", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff") == wire(UINT64_MAX));
  CHECK(raw("echoes.point", "\x82\xa1y\x05\xa1x\x03") == wire(Point{3, 5}));
  CHECK(raw("echoes.str", "\xdb\0\0\0\2hi"s) == "hi");
}

// A worker that dies leaves raw results that it has not come to pack.
TEST_CASE("what a worker that crashes has finished is MessagePack too") {
  PoolFixture fixture;
  std::vector<std::string> items(100, "\0"s);
  items[50] = "\1";
  const Ended ended = run(*fixture, "culprits.segv", Encoding::msgpack, items, Encoding::msgpack);
  CHECK(ended.values == std::vector<std::string>(99, "\xcb\0\0\0\0\0\0\0\0"s));
  REQUIRE(ended.failures.size() == 1);
  CHECK(ended.failures[0].index == 50);
  CHECK(ended.failures[0].ending == Ending::crashed);
}

TEST_CASE("a result function takes MessagePack of any form, or none of it") {
  PoolFixture fixture;
  Encoded encoded;
  for (const std::string& item : {"\2"s, "\xcb\x3f\xe0\0\0\0\0\0\0"s})
    encoded.add(item);
  const Call call{.function = "echoes.times",
                  .kind = FunctionKind::result,
                  .bound = {{.name = "x", .encoding = Encoding::msgpack, .value = "\1"}},
                  .items = Encoding::msgpack,
                  .results = Encoding::msgpack};
  CHECK(collect(fixture->submit(call, encoded.items(Encoding::msgpack)), Encoding::msgpack).values ==
        std::vector{"\xcb\x40\x0c\0\0\0\0\0\0"s});
  encoded.add("\xa1x");
  const Ended ended = collect(fixture->submit(call, encoded.items(Encoding::msgpack)), Encoding::msgpack);
  REQUIRE(ended.failures.size() == 1);
  CHECK(ended.failures[0].message().find("rejected: result 2: expected f64, found the str \"x\"") !=
        std::string::npos);
}

}  // namespace prong::test
