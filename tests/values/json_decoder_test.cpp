// JSON and text to the wire: what fits, and where and how the rest does not.
#include "values/json_decoder.hpp"

#include "transcoding.hpp"
#include "values/json_break.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

using namespace prong::values;

TEST_CASE("mismatches name the place, the expectation and the finding") {
  struct Row {
    std::string signature, json, message;
  };
  const std::vector<Row> rows = {
      {"f64", "abc", "expected f64, found abc"},
      {"f64", "", "expected f64, found nothing"},
      {"str", "   ", "expected str, found nothing"},
      {"(f64, f64)", "", "expected (f64, f64), found nothing"},
      {"bool", "1", "expected bool, found 1"},
      {"(f64, i8)", "[1, 300]", "expected i8 (-128 to 127) at $[1], found 300, which is out of range"},
      {"(f64, i8)", "[1]", "expected (f64, i8), an array of 2, found an array of 1"},
      {"(f64, i8)", "[1, 2, 3]", "expected (f64, i8), an array of 2, found an array of 3"},
      {"(f64, i8)", "{\"a\": 1}", "expected (f64, i8), found the object {\"a\": 1}"},
      {"(f64, i8)", "7", "expected (f64, i8), found 7"},
      {"(f64, (i8, {x: u8}))", "[1, [2, {\"x\": -3}]]",
       "expected u8 (0 to 255) at $[1][1].x, found -3, which is out of range"},
      {"{x: f64, y: f64}", "{\"x\": 1}", "expected {x: f64, y: f64}, found no field \"y\""},
      {"{x: f64, y: f64}", "{\"x\": 1, \"y\": 2, \"z\": 3}",
       "expected {x: f64, y: f64}, found the unknown field \"z\""},
      {"{x: f64, y: f64}", "{\"x\": 1, \"x\": 2}", "expected {x: f64, y: f64}, found twice the field \"x\""},
      {"{x: f64, y: f64}", "[1, 2]", "expected {x: f64, y: f64}, found the array [1, 2]"},
      {"{x: [{y: str}]}", "{\"x\": [{\"y\": \"a\"}, {\"y\": null}]}", "expected str at $.x[1].y, found null"},
      {"{*: f64}", "{\"a b\": true}", "expected f64 at $[\"a b\"], found true"},
      {"{*: f64}", "{\"\\n\": {}}", "expected f64 at $[\"\n\"], found an object"},
      {"{*: f64}", "{\"\": true}", "expected f64 at $[\"\"], found true"},
      {"{*: {*: [f64]}}", "{\"\": {\"a\": [], \"\": [1, true]}}",
       "expected f64 at $[\"\"][\"\"][1], found true"},
      {"{*: f64}", "{\"a.b\": true}", "expected f64 at $[\"a.b\"], found true"},
      {"{*: f64}", "{\"0\": true}", "expected f64 at $[\"0\"], found true"},
      {"{*: f64}", "{\"a\\\\b\": true}", "expected f64 at $[\"a\\b\"], found true"},
      {"{*: f64}", "{\"a\\\"b\": true}", "expected f64 at $['a\"b'], found true"},
      {"{*: f64}", "{\"\\\"'\\\\\": true}", "expected f64 at $[\"\\\"'\\\\\"], found true"},
      {"[f64]", "[1, [2], 3]", "expected f64 at $[1], found an array"},
      {"[f64]", "\"1\"", "expected [f64], found the string \"1\""},
      {"null", "0", "expected null, found 0"},
      {"null", "\"\"", "expected null, found the string \"\""},
      {"f64?", "\"x\"", "expected f64?, found the string \"x\""},
      {"f64?", "[1]", "expected f64?, found the array [1]"},
      {"[f64?]", "[{}]", "expected f64? at $[0], found an object"},
      {"[f64]?", "{}", "expected [f64]?, found the object {}"},
      {"{x: u8}?", "[]", "expected {x: u8}?, found the array []"},
      {"[i8?]", "[null, 1, 999]", "expected i8? at $[2], found 999, which is out of range"},
      {"bytes", "\"Zg=\"", "expected bytes (padded base64), found the string \"Zg=\""},
      {"[bytes]", "[\"Zg==\", \"!\"]", "expected bytes (padded base64) at $[1], found the string \"!\""},
      {"str", "abc", "expected str, found abc"},
      {"str", "[\"abc\"]", "expected str, found the array [\"abc\"]"},
      {"f64", std::string(100, '7') + "x", "expected f64, found " + std::string(40, '7') + "…"},
      {"f64", "a\x1b[2J\n", "expected f64, found a\x1b[2J"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.signature);
    CAPTURE(row.json);
    CHECK(verdict(row.signature, row.json) == row.message);
  }
}

TEST_CASE("texts that are not JSON are mismatches for every type") {
  for (const std::string signature :
       {"str", "any", "[any]", "(f64, f64)", "{x: f64, y: f64}", "[f64]", "{*: any}", "[str]"}) {
    for (const std::string json : {"[",
                                   "]",
                                   "{",
                                   "}",
                                   "\"",
                                   "\"a",
                                   "[1,2",
                                   "[1,,2]",
                                   "[1,2,]",
                                   "[,1]",
                                   "[1 2]",
                                   "[1,2]]",
                                   "[1,2] 3",
                                   "[1,2],",
                                   "{\"x\":1,\"y\":2",
                                   "{\"x\":1,\"y\":2,}",
                                   "{\"x\" 1,\"y\":2}",
                                   "{\"x\":1 \"y\":2}",
                                   "{x:1,y:2}",
                                   "{\"x\":1,\"y\":2}}",
                                   "{\"x\":1,\"y\":2} {}",
                                   "{\"x\":1,\"y\":}",
                                   "'a'",
                                   "\"a\" \"b\"",
                                   "\"a\",",
                                   "\"\\x\"",
                                   "\"\\u12\"",
                                   "\"\\ud800\"",
                                   "\"\\udc00\\ud800\"",
                                   "\"\n\"",
                                   "\"\t\"",
                                   "\"\xff\"",
                                   "[\"\xc0\x80\"]",
                                   "// a",
                                   "[1,2] // a",
                                   "\"a\\",
                                   "[\"a]",
                                   "nulll",
                                   "\xef\xbb\xbf\"a\""}) {
      CAPTURE(signature);
      CAPTURE(json);
      CHECK(verdict(signature, json) != "fits");
    }
  }
}

TEST_CASE("a text that is not JSON is told by the place where it breaks, and what is there") {
  const std::string many = "[\"" + std::string(498, '1') + "\",";
  struct Row {
    std::string json, found;
  };
  const std::vector<Row> rows = {
      {"[1,2", "the array [1,2, broken at byte 4 ("},
      {" {\"a\":1 \"b\":2}", "the object {\"a\":1 \"b\":2}, broken at byte 8 ("},
      {"{\"a\" 1}", "the object {\"a\" 1}, broken at byte 5 ("},
      {"[1] 2", "the array [1] 2, broken at byte 4 ("},
      {"[\"a\xff\"]", "the array [\"a\xff\"], broken at byte 3 (The input is not valid UTF-8)"},
      {"[\"a", "the array [\"a, broken at byte 3 ("},
      {many + "2 2,3,4]", "the array …" + std::string(16, '1') + "\",2 2,3,4], broken at byte 504 ("},
      {many + "\n \"\xc3\xbc\" 1,\n" + std::string(100, '2') + "]",
       "the array …" + std::string(11, '1') + "\",\n \"\xc3\xbc\" 1,\n" + std::string(17, '2') +
           "…, broken at byte 509, line 2, column 6 ("},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    for (const std::string type : {"any", "[any]", "{*: any}"}) {
      if (type == "[any]" && row.found.starts_with("the object")) continue;
      if (type == "{*: any}" && row.found.starts_with("the array")) continue;
      const std::string message = verdict(type, row.json);
      CAPTURE(message);
      CHECK(message.find("found " + row.found) != std::string::npos);
    }
  }
}

TEST_CASE("the place where a text breaks is the first byte that cannot follow") {
  struct Row {
    std::string json;
    std::size_t at;
  };
  for (const Row& row : std::vector<Row>{{"", 0},           {"  ", 2},       {"]", 0},
                                         {"[1,,2]", 3},     {"[1,]", 3},     {"{\"a\":[}", 6},
                                         {"{\"a\":1,}", 7}, {"{1:2}", 1},    {"[1}", 2},
                                         {"{\"a\":1]", 6},  {"[01]", 1},     {"[tru]", 1},
                                         {"\"a\tb\"", 2},   {"[\"a\\\"", 5}, {"[nulll]", 1},
                                         {"1 1", 2},        {"{\"a\"}", 4},  {"[\"\xe2\x82\"]", 2},
                                         {"[[[", 3},        {"[1] ]", 4}}) {
    CAPTURE(row.json);
    CHECK(find_break(row.json) == row.at);
  }
  for (const std::string json : {"0", " [] ", "{}", "[1,-2.5e3,\"\\u12g4\\\"]\",true,false,null]",
                                 "{\"a\":{\"b\":[[],{}]},\"c\":\"\xc3\xbc\"}\n", "1e400"}) {
    CAPTURE(json);
    CHECK_FALSE(find_break(json));
  }
}

TEST_CASE("a string with a wrong escape is told by its place and its escape") {
  CHECK(verdict("str", R"( "a\ud800b" )") ==
        R"(expected JSON, found half a surrogate pair, \ud800, in the string "a\ud800b")");
  CHECK(verdict("str", R"("\udc00")") ==
        R"(expected JSON, found half a surrogate pair, \udc00, in the string "\udc00")");
  CHECK(verdict("{a: [str], b: u8}", R"({"b":1,"a":["\ud83d\ude00","\ude00\ud83d",""]})") ==
        R"(expected JSON at $.a[1], found half a surrogate pair, \ude00, in the string "\ude00\ud83d")");
  CHECK(verdict("any", R"({"k":["\ud800\u0041"]})") ==
        R"(expected JSON at $.k[0], found half a surrogate pair, \ud800, in the string "\ud800\u0041")");
  CHECK(verdict("[{*: u8}]", R"([{},{"a\"\ud800":1}])") ==
        R"(expected JSON at $[1], found half a surrogate pair, \ud800, in the string "a\"\ud800")");
  CHECK(verdict("{x: f64}", R"({"\ud800":1})") ==
        R"(expected JSON, found half a surrogate pair, \ud800, in the string "\ud800")");
  CHECK(verdict("[str]", R"(["\\\x"])") ==
        R"(expected JSON at $[0], found the escape \x, which JSON does not have, in the string "\\\x")");
  CHECK(
      verdict("[bytes]", R"(["\u12g4"])") ==
      R"(expected JSON at $[0], found the escape \u12g4, which JSON does not have, in the string "\u12g4")");
}

TEST_CASE("raw values lie as in C, their padding is zero") {
  struct Point {
    std::int8_t a;
    double b;
    bool c;
  };
  std::array<std::byte, sizeof(Point)> memory;
  memory.fill(std::byte{0xff});
  JsonDecoder decoder(parse_signature("{a: i8, b: f64, c: bool}"));
  std::string json = R"( {"c": true, "a": -5, "b": 0.5} )";
  const std::size_t size = json.size();
  json.resize(size + json_padding);
  const auto mismatch = decoder.decode_raw({json.data(), size}, memory.data());
  REQUIRE_MESSAGE(!mismatch, mismatch->message());
  std::array<std::byte, sizeof(Point)> expected{};
  const Point point{-5, 0.5, true};
  std::memcpy(expected.data() + offsetof(Point, a), &point.a, 1);
  std::memcpy(expected.data() + offsetof(Point, b), &point.b, 8);
  std::memcpy(expected.data() + offsetof(Point, c), &point.c, 1);
  CHECK(memory == expected);
}

TEST_CASE("strings") {
  CHECK(decode("str", R"("")").wire.empty());
  CHECK(decode("str", R"("a\"\\\/\b\f\n\r\t")").wire == "a\"\\/\b\f\n\r\t");
  CHECK(decode("str", R"("\u00f6\u20ac\ud83d\ude00ö€😀")").wire == "ö€😀ö€😀");
  CHECK(decode("str", R"("\u0000")").wire == std::string(1, '\0'));
  CHECK(decode("str", " \"" + std::string(100'000, 'x') + "\" ").wire == std::string(100'000, 'x'));
  CHECK(decode("bytes", R"("AP+A")").wire == std::string("\0\xff\x80", 3));
  CHECK(decode("bytes", R"("")").wire.empty());
}

TEST_CASE("text is the value of a str or bytes, and JSON for any other type") {
  const auto decode_text = [](std::string_view signature, std::string text) {
    JsonDecoder decoder(parse_signature(signature));
    const std::size_t size = text.size();
    text.resize(size + json_padding);
    std::string wire;
    const auto mismatch = decoder.decode_text({text.data(), size}, wire);
    return mismatch ? mismatch->message() : wire;
  };
  for (const std::string text : {"", "123", "[1,2]", " a ", "\"", "null", "\xff"}) {
    CHECK(decode_text("str", text) == text);
    CHECK(decode_text("bytes", text) == text);
  }
  CHECK(decode_text("u8", "65") == "A");
  CHECK(decode_text("str?", "\"a\"") ==
        "\xa1"
        "a");
  CHECK(decode_text("str?", "a") == "expected str?, found a");
}

TEST_CASE("decoding appends, and leaves nothing of a mismatch") {
  for (const std::string signature : {"u8", "(u8, u8)", "str", "bytes", "[u8]", "{x: [u8]}", "any"}) {
    CAPTURE(signature);
    JsonDecoder decoder(parse_signature(signature));
    std::string out = "kept";
    std::string bad = R"({"x": [1, [nul]]})";
    const std::size_t size = bad.size();
    bad.resize(size + json_padding);
    CHECK(decoder.decode({bad.data(), size}, out));
    CHECK(out == "kept");
  }
}

TEST_CASE("a decoder goes on after a mismatch") {
  JsonDecoder decoder(parse_signature("(u8, u8)"));
  for (const auto& [json, fits] : {std::pair{"[1, 2]", true},
                                   {"[1, 2", false},
                                   {"[3, 4]", true},
                                   {"[[", false},
                                   {"\"", false},
                                   {"[5, 6]", true}}) {
    std::string text = json;
    const std::size_t size = text.size();
    text.resize(size + json_padding);
    std::string out;
    CHECK(decoder.decode({text.data(), size}, out).has_value() != fits);
  }
}

TEST_CASE("values of type any may be deep, but not too deep") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(there_and_back("any", nested(any_depth_max)) == nested(any_depth_max));
  CHECK(verdict("any", nested(any_depth_max + 1))
            .starts_with("expected at most 128 arrays and objects inside"));
  CHECK(verdict("[any]", nested(any_depth_max + 1)) == "fits");
  CHECK(verdict("any", nested(100'000)) != "fits");
  CHECK(verdict("f64", nested(100'000)) != "fits");
  CHECK(verdict("(f64)", nested(100'000)) != "fits");
  CHECK(verdict("any", std::string(100'000, '[')) != "fits");
}
