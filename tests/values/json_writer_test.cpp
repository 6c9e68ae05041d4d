// Numbers, strings and values as JSON and as text.
#include "values/json_writer.hpp"

#include "transcoding.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

using namespace prong::values;

namespace {

template <class Number>
std::string printed(Number number) {
  std::string out;
  append_json_number(number, out);
  return out;
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

template <class Scalar>
std::string raw(std::string_view signature, Scalar value) {
  std::string out;
  // One byte off, so that the value is not aligned.
  std::string memory(1 + sizeof value, '\0');
  std::memcpy(memory.data() + 1, &value, sizeof value);
  append_json_raw(parse_signature(signature), bytes_of(memory).data() + 1, out);
  return out;
}

}  // namespace

TEST_CASE("numbers") {
  struct Row {
    double number;
    std::string text;
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Row> rows = {
      {0, "0"},
      {-0.0, "-0"},
      {1, "1"},
      {-17, "-17"},
      {100000000, "100000000"},
      {9007199254740991, "9007199254740991"},
      {-9007199254740991, "-9007199254740991"},
      {9007199254740992, "9007199254740992"},
      {1e15, "1000000000000000"},
      {1e16, "1e+16"},
      {1.5, "1.5"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.30000000000000004"},
      {-2.5e-10, "-2.5e-10"},
      {0.0001, "0.0001"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {infinity, "\"Infinity\""},
      {-infinity, "\"-Infinity\""},
      {std::nan(""), "\"NaN\""},
      {-std::nan(""), "\"NaN\""},
  };
  for (const Row& row : rows)
    CHECK(printed(row.number) == row.text);
  CHECK(printed(0.1f) == "0.1");
  CHECK(printed(16777216.0f) == "16777216");
  CHECK(printed(3.4028235e38f) == "3.4028235e+38");
  CHECK(printed(-0.0f) == "-0");
  CHECK(printed(std::numeric_limits<float>::infinity()) == "\"Infinity\"");
}

TEST_CASE("strings") {
  CHECK(json_string("") == "\"\"");
  CHECK(json_string("plain text of more than one word") == "\"plain text of more than one word\"");
  CHECK(json_string("a\"b\\c/d") == R"("a\"b\\c/d")");
  CHECK(json_string("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(json_string(std::string("\0\x1f\x7f", 3)) == "\"\\u0000\\u001f\x7f\"");
  CHECK(json_string("ö€😀") == "\"ö€😀\"");
  // Unicode 15, table 3-8: one replacement for each maximal subpart.
  CHECK(json_string("\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64") ==
        "\"a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd\"");
  CHECK(json_string("\xed\xa0\x80") == "\"\uFFFD\uFFFD\uFFFD\"");
  CHECK(json_string("\xc0\x80") == "\"\uFFFD\uFFFD\"");
}

TEST_CASE("every special byte is seen at every place of a word of eight") {
  for (unsigned special = 0; special < 256; ++special) {
    const bool plain = special >= 0x20 && special < 0x80 && special != '"' && special != '\\';
    for (std::size_t place = 0; place < 17; ++place) {
      for (const char around : {'a', ' ', '!', '~'}) {
        std::string text(17, around);
        text[place] = static_cast<char>(special);
        REQUIRE((json_string(text) == '"' + text + '"') == plain);
      }
    }
  }
}

TEST_CASE("raw values") {
  CHECK(raw("i8", std::int8_t{-128}) == "-128");
  CHECK(raw("u8", std::uint8_t{200}) == "200");
  CHECK(raw("i16", std::int16_t{-3}) == "-3");
  CHECK(raw("u32", std::uint32_t{4294967295}) == "4294967295");
  CHECK(raw("i64", std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(raw("u64", std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(raw("bool", std::uint8_t{7}) == "true");
  CHECK(raw("bool", std::uint8_t{0}) == "false");
  CHECK(raw("f32", 0.1f) == "0.1");
  struct Mixed {
    std::int8_t a;
    double b;
    struct {
      std::int16_t c;
      bool d;
    } e;
  };
  CHECK(raw("{a: i8, b: f64, e: (i16, bool)}", Mixed{1, 2.5, {3, true}}) ==
        R"({"a":1,"b":2.5,"e":[3,true]})");
}

TEST_CASE("raw wire of a wrong size is a mismatch") {
  std::string out = "kept";
  const auto mismatch = append_json(Type(Kind::f64), bytes_of("1234567"), out);
  REQUIRE(mismatch);
  CHECK(mismatch->message() == "expected f64, found 7 bytes instead of 8");
  CHECK(out == "kept");
}

TEST_CASE("values and text") {
  struct Row {
    std::string signature;
    std::string hex;
    std::string json, text;
  };
  const std::vector<Row> rows = {
      {"str", "61 22 0a", R"("a\"\n")", "a\"\n"},
      {"str", "ff", "\"\uFFFD\"", "\xff"},
      {"str", "", "\"\"", ""},
      {"bytes", "00 ff 80", "\"AP+A\"", "\"AP+A\""},
      {"u8", "07", "7", "7"},
      {"null", "00", "null", "null"},
      {"str?", "c0", "null", "null"},
      {"str?", "a1 22", R"("\"")", "\""},
      {"str?", "a0", "\"\"", ""},
      {"any", "d9 01 22", R"("\"")", "\""},
      {"any", "da 00 01 22", R"("\"")", "\""},
      {"any", "db 00 00 00 01 ff", "\"\uFFFD\"", "\xff"},
      {"any", "01", "1", "1"},
      {"[str]", "91 a1 22", R"(["\""])", R"(["\""])"},
      {"{*: [f64]}", "82 a1 61 91 cb 3f e0 00 00 00 00 00 00 a1 62 90", R"({"a":[0.5],"b":[]})",
       R"({"a":[0.5],"b":[]})"},
      {"[f64]", "94 01 ff cf 80 00 00 00 00 00 00 00 ca 3f 00 00 00", "[1,-1,9.223372036854776e+18,0.5]",
       "[1,-1,9.223372036854776e+18,0.5]"},
      {"[f32]", "93 ca 3d cc cc cd 02 cb 7f f8 00 00 00 00 00 00", "", ""},
      {"[f32]", "92 ca 3d cc cc cd 02", "[0.1,2]", "[0.1,2]"},
      {"any", "94 ca 3d cc cc cd cb 7f f8 00 00 00 00 00 00 c4 01 66 c2", R"([0.1,"NaN","Zg==",false])",
       R"([0.1,"NaN","Zg==",false])"},
      {"any", "cf ff ff ff ff ff ff ff ff", "18446744073709551615", "18446744073709551615"},
      {"any", "d3 80 00 00 00 00 00 00 00", "-9223372036854775808", "-9223372036854775808"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.signature);
    CAPTURE(row.hex);
    std::string json, text;
    const std::string wire = from_hex(row.hex);
    const bool fits = !append_json(parse_signature(row.signature), bytes_of(wire), json);
    CHECK(fits == !row.json.empty());
    CHECK(json == row.json);
    CHECK(append_text(parse_signature(row.signature), bytes_of(wire), text).has_value() != fits);
    CHECK(text == row.text);
  }
}
