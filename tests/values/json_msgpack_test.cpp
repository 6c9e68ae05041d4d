// JSON to MessagePack: the very bytes.
#include "transcoding.hpp"
#include "values/msgpack_check.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace prong::values;

TEST_CASE("JSON to MessagePack") {
  struct Row {
    std::string signature;
    std::string json;
    std::string bytes;
  };
  const std::vector<Row> rows = {
      {"[f64]", "[]", "90"},
      {"[f64]", "[1, -0, 0.5]",
       "93 cb 3f f0 00 00 00 00 00 00 cb 80 00 00 00 00 00 00 00 cb 3f e0 00 00 00 00 00 00"},
      {"[f32]", "[1]", "91 ca 3f 80 00 00"},
      {"[f64]", "[\"Infinity\"]", "91 cb 7f f0 00 00 00 00 00 00"},
      {"[i64]", "[127, 128, -1, -33, -9223372036854775808]",
       "95 7f cc 80 ff d0 df d3 80 00 00 00 00 00 00 00"},
      {"[u64]", "[18446744073709551615]", "91 cf ff ff ff ff ff ff ff ff"},
      {"[bool]", "[true, false]", "92 c3 c2"},
      {"[str]", "[\"\", \"a\"]", "92 a0 a1 61"},
      {"[bytes]", "[\"\", \"Zg==\"]", "92 c4 00 c4 01 66"},
      {"(str, [u8])", "[\"a\", [1]]", "92 a1 61 91 01"},
      {"{x: str, y: u8}", "{\"y\": 2, \"x\": \"a\"}", "82 a1 79 02 a1 78 a1 61"},
      {"{*: u8}", "{}", "80"},
      {"{*: u8}", "{\"k\": 1}", "81 a1 6b 01"},
      {"u8?", "null", "c0"},
      {"u8?", "7", "07"},
      {"f64?", "7", "cb 40 1c 00 00 00 00 00 00"},
      {"str?", "\"a\"", "a1 61"},
      {"()", "[]", "90"},
      {"{}", "{}", "80"},
      {"any", "null", "c0"},
      {"any", "-5", "fb"},
      {"any", "-0", "cb 80 00 00 00 00 00 00 00"},
      {"any", "9223372036854775808", "cf 80 00 00 00 00 00 00 00"},
      {"any", "1.5", "cb 3f f8 00 00 00 00 00 00"},
      {"any", "18446744073709551616", "cb 43 f0 00 00 00 00 00 00"},
      {"any", "\"NaN\"", "a3 4e 61 4e"},
      {"any", "{\"a\": [true, null, {}]}", "81 a1 61 93 c3 c0 80"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.signature);
    CAPTURE(row.json);
    const Decoded decoded = decode(row.signature, row.json);
    CHECK(to_hex(decoded.wire) == row.bytes);
    const auto mismatch = check_msgpack(parse_signature(row.signature), bytes_of(decoded.wire));
    CHECK_MESSAGE(!mismatch, mismatch->message());
  }
}

TEST_CASE("arrays and maps of every header width") {
  for (const std::size_t count : {15u, 16u, 65535u, 65536u}) {
    std::string array = "[", map = "{";
    for (std::size_t i = 0; i < count; ++i) {
      array += (i > 0 ? ",7" : "7");
      map += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":7";
    }
    CHECK(there_and_back("[u8]", array + "]") == array + "]");
    CHECK(there_and_back("any", array + "]") == array + "]");
    CHECK(there_and_back("{*: u8}", map + "}") == map + "}");
  }
  CHECK(to_hex(decode("[u8]", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]").wire).starts_with("dc 00 10 01"));
}
