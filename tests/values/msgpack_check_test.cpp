// MessagePack against types: what fits, and where and how the rest does not.
#include "values/msgpack_check.hpp"

#include "transcoding.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>
#include <msgpack.hpp>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

using namespace prong::values;

namespace {

std::string checked(std::string_view signature, const std::string& bytes) {
  const auto mismatch = check_msgpack(parse_signature(signature), bytes_of(bytes));
  return mismatch ? mismatch->message() : "fits";
}

}  // namespace

TEST_CASE("MessagePack and types") {
  struct Row {
    std::string signature;
    std::string hex;
    std::string verdict;
  };
  const std::vector<Row> rows = {
      {"null", "c0", "fits"},
      {"null", "01", "expected null, found 1"},
      {"[bool]", "92 c2 c3", "fits"},
      {"[bool]", "91 00", "expected bool at $[0], found 0"},
      {"[u8]", "92 cd 00 ff d3 00 00 00 00 00 00 00 07", "fits"},
      {"[u8]", "91 cd 01 00", "expected u8 (0 to 255) at $[0], found 256"},
      {"[u8]", "91 ff", "expected u8 (0 to 255) at $[0], found -1"},
      {"[i8]", "92 d0 80 7f", "fits"},
      {"[i8]", "91 cc 80", "expected i8 (-128 to 127) at $[0], found 128"},
      {"[i8]", "91 d1 ff 7f", "expected i8 (-128 to 127) at $[0], found -129"},
      {"[i64]", "92 cf 7f ff ff ff ff ff ff ff d3 80 00 00 00 00 00 00 00", "fits"},
      {"[i64]", "91 cf 80 00 00 00 00 00 00 00",
       "expected i64 (-9223372036854775808 to 9223372036854775807) at $[0], found 9223372036854775808"},
      {"[u64]", "91 cf ff ff ff ff ff ff ff ff", "fits"},
      {"[i64]", "91 cb 3f f0 00 00 00 00 00 00",
       "expected i64 (-9223372036854775808 to 9223372036854775807) at $[0], found the float 64 1"},
      {"[f64]", "93 cb 3f f0 00 00 00 00 00 00 ca 3f 80 00 00 cf 00 20 00 00 00 00 00 00", "fits"},
      {"[f64]", "91 cf 00 20 00 00 00 00 00 01", "expected f64 at $[0], found 9007199254740993"},
      {"[f64]", "91 d3 ff df ff ff ff ff ff ff", "expected f64 at $[0], found -9007199254740993"},
      {"[f32]", "93 ca 3f 80 00 00 ce 01 00 00 00 ff", "fits"},
      {"[f32]", "91 ce 01 00 00 01", "expected f32 at $[0], found 16777217"},
      {"[f32]", "91 cb 3f f0 00 00 00 00 00 00", "expected f32 at $[0], found the float 64 1"},
      {"[str]", "94 a0 a1 61 d9 01 ff da 00 00", "fits"},
      {"[str]", "91 c4 01 61", "expected str at $[0], found a bin of 1 bytes"},
      {"[bytes]", "92 c4 00 c5 00 01 61", "fits"},
      {"[bytes]", "91 a1 61", "expected bytes at $[0], found the str \"a\""},
      {"(u8, str)", "92 01 a0", "fits"},
      {"(u8, str)", "91 01", "expected (u8, str), found an array of 1"},
      {"(u8, str)", "93 01 a0 c0", "expected (u8, str), found an array of 3"},
      {"(u8, str)", "92 01 02", "expected str at $[1], found 2"},
      {"()", "90", "fits"},
      {"()", "91 c0", "expected (), found an array of 1"},
      {"{x: u8, y: str}", "82 a1 79 a0 a1 78 01", "fits"},
      {"{x: u8, y: str}", "81 a1 78 01", "expected {x: u8, y: str}, found no field \"y\""},
      {"{x: u8, y: str}", "80", "expected {x: u8, y: str}, found no field \"x\""},
      {"{x: u8, y: str}", "82 a1 78 01 a1 78 01", "expected {x: u8, y: str}, found twice the field \"x\""},
      {"{x: u8, y: str}", "81 a1 7a 01", "expected {x: u8, y: str}, found the unknown field \"z\""},
      {"{x: u8, y: str}", "82 a1 78 a0 a1 79 a0", "expected u8 (0 to 255) at $.x, found the str \"\""},
      {"{x: u8, y: str}", "92 01 a0", "expected {x: u8, y: str}, found an array of 2"},
      {"{x: [{y: str}]}", "81 a1 78 92 81 a1 79 a0 80", "expected {y: str} at $.x[1], found no field \"y\""},
      {"{*: u8}", "82 a1 61 01 a3 61 20 62 02", "fits"},
      {"{*: u8}", "81 a3 61 20 62 c0", "expected u8 (0 to 255) at $[\"a b\"], found nil"},
      {"{*: u8}", "81 a0 c0", "expected u8 (0 to 255) at $[\"\"], found nil"},
      {"{*: {*: u8}}", "81 a0 81 a0 c0", "expected u8 (0 to 255) at $[\"\"][\"\"], found nil"},
      {"{*: u8}", "81 01 01", "expected a str as key, found an integer"},
      {"{*: u8}", "81 c0 01", "expected a str as key, found nil"},
      {"{*: u8}", "81 90 01", "expected a str as key, found an array"},
      {"{*: u8}", "81 80 01", "expected a str as key, found a map"},
      {"{*: u8}", "81 c4 01 61 01", "expected a str as key, found a bin"},
      {"{*: u8}", "81 c3 01", "expected a str as key, found a bool"},
      {"[{*: u8}]", "92 80 81 cb 00 00 00 00 00 00 00 00 01",
       "expected a str as key at $[1], found a float 64"},
      {"u8?", "c0", "fits"},
      {"u8?", "05", "fits"},
      {"u8?", "a0", "expected u8?, found the str \"\""},
      {"[(u8, u8)?]", "92 c0 92 01 02", "fits"},
      {"any", "82 a1 61 92 c0 c2 a1 62 81 a0 cb 00 00 00 00 00 00 00 00", "fits"},
      {"any", "81 01 02", "expected a str as key, found an integer"},
      {"any", "d4 01 00", "expected any, found an ext"},
      {"[any]", "91 c7 00 01", "expected any at $[0], found an ext"},
      {"any", "c1", "expected MessagePack, found a wrong byte at 0"},
      {"any", "", "expected any, found nothing"},
      {"[u8]", "92 01", "expected MessagePack at $[1], found its end after 2 bytes, within a value"},
      {"[u8]", "90 90", "expected [u8], found 1 bytes after the value"},
      {"[str]", "91 db ff ff ff ff 61",
       "expected MessagePack at $[0], found its end after 6 bytes, within a value"},
      {"[u8]", "dd ff ff ff ff", "expected MessagePack at $[0], found its end after 5 bytes, within a value"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.signature);
    CAPTURE(row.hex);
    CHECK(checked(row.signature, from_hex(row.hex)) == row.verdict);
  }
}

TEST_CASE("what msgpack-cxx writes fits") {
  const auto packed = [](const auto& value) {
    std::ostringstream stream;
    msgpack::pack(stream, value);
    return stream.str();
  };
  CHECK(checked("[f64]", packed(std::vector<double>{0, -0.0, 1, -17, 0.5, 1e300, -9e18, 9e18})) == "fits");
  CHECK(checked("[f32]", packed(std::vector<float>{0, 1, -17, 0.5f, 3e38f, 16777216, -9e18f})) == "fits");
  CHECK(checked("[(i8, str)]", packed(std::vector<std::tuple<int, std::string>>{{-5, "a"}, {7, ""}})) ==
        "fits");
  CHECK(checked("{*: [u64]}", packed(std::map<std::string, std::vector<std::uint64_t>>{{"a", {1, ~0ul}}})) ==
        "fits");
  CHECK(checked("[str?]", packed(std::vector<std::optional<std::string>>{"a", std::nullopt})) == "fits");
  CHECK(checked("bytes?", packed(std::vector<char>{'a', 'b'})) == "fits");
}
