// Numbers from JSON: the grammar, the ranges, and every bit.
#include "transcoding.hpp"
#include "values/json_decoder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace prong::values;

namespace {

template <class Scalar>
Scalar scalar(std::string_view signature, std::string_view json) {
  const Decoded decoded = decode(signature, json);
  REQUIRE_MESSAGE(!decoded.mismatch, decoded.mismatch->message());
  REQUIRE(decoded.wire.size() == sizeof(Scalar));
  Scalar value;
  std::memcpy(&value, decoded.wire.data(), sizeof value);
  return value;
}

template <class Integer>
void check_range(std::string_view signature) {
  using Limits = std::numeric_limits<Integer>;
  CAPTURE(signature);
  for (const Integer value : {Limits::min(), Limits::max(), Integer{0}, Integer{1}, Integer{100}}) {
    CHECK(scalar<Integer>(signature, fmt::format("{}", value)) == value);
    CHECK(scalar<Integer>(fmt::format("({})", signature), fmt::format("[ {} ]", value)) == value);
    CHECK(there_and_back(signature, fmt::format("{}", value)) == fmt::format("{}", value));
    CHECK(there_and_back(fmt::format("[{}]", signature), fmt::format("[{}]", value)) ==
          fmt::format("[{}]", value));
  }
  const std::string over = fmt::format("{}", static_cast<__int128>(Limits::max()) + 1);
  const std::string under = fmt::format("{}", static_cast<__int128>(Limits::min()) - 1);
  for (const std::string& json : {over, under, over + "0", std::string("1") + std::string(50, '0')}) {
    const std::string range = fmt::format("expected {} ({} to {})", signature, Limits::min(), Limits::max());
    CHECK(verdict(signature, json).starts_with(range + ", found " + json.substr(0, 40)));
    CHECK(verdict(signature, json).ends_with(", which is out of range"));
    CHECK(verdict(fmt::format("[{}]", signature), "[" + json + "]").starts_with(range + " at $[0], found "));
  }
}

}  // namespace

TEST_CASE("integers are exact over their whole range, and end there") {
  check_range<std::int8_t>("i8");
  check_range<std::int16_t>("i16");
  check_range<std::int32_t>("i32");
  check_range<std::int64_t>("i64");
  check_range<std::uint8_t>("u8");
  check_range<std::uint16_t>("u16");
  check_range<std::uint32_t>("u32");
  check_range<std::uint64_t>("u64");
}

TEST_CASE("what an integer type takes") {
  CHECK(scalar<std::int8_t>("i8", "-0") == 0);
  CHECK(scalar<std::uint8_t>("u8", "-0") == 0);
  CHECK(scalar<std::int64_t>("i64", " \t\r\n7 ") == 7);
  CHECK(verdict("i64", "3.0") ==
        "expected i64 (-9223372036854775808 to 9223372036854775807), found 3.0, which has a fraction");
  CHECK(verdict("u8", "1e2") == "expected u8 (0 to 255), found 1e2, which has an exponent");
  CHECK(verdict("u8", "\"7\"") == "expected u8 (0 to 255), found the string \"7\"");
  CHECK(verdict("u8", "[7]") == "expected u8 (0 to 255), found the array [7]");
  CHECK(verdict("u8", "null") == "expected u8 (0 to 255), found null");
  CHECK(verdict("u8", "-1").ends_with("found -1, which is out of range"));
}

TEST_CASE("only JSON's own numbers are numbers") {
  for (const std::string type : {"f64", "f32", "i64", "u64", "f64?", "any"}) {
    for (const std::string json : {"",
                                   " ",
                                   "+1",
                                   "01",
                                   "-01",
                                   "00",
                                   ".5",
                                   "5.",
                                   "-",
                                   "-.5",
                                   "1e",
                                   "1e+",
                                   "1E-",
                                   "0x10",
                                   "1_000",
                                   "1;5",
                                   "inf",
                                   "Infinity",
                                   "-Infinity",
                                   "nan",
                                   "NaN",
                                   "1 2",
                                   "1a",
                                   "--1",
                                   "1.2.3",
                                   "1,",
                                   "1]",
                                   "\xef\xbb\xbf"
                                   "1",
                                   "1e5.5",
                                   "tru",
                                   "truee",
                                   "nul",
                                   "True"}) {
      CAPTURE(type);
      CAPTURE(json);
      CHECK(verdict(type, json) != "fits");
      CHECK(verdict(fmt::format("[{}]", type), fmt::format("[{},1]", json)) != "fits");
    }
    CHECK(verdict(type, std::string_view("1\0", 2)) != "fits");
  }
}

TEST_CASE("floats of every form") {
  struct Row {
    std::string json;
    double value;
  };
  const std::vector<Row> rows = {
      {"0", 0.0},
      {"-0", -0.0},
      {"-0.0", -0.0},
      {"0e999999999999", 0.0},
      {"-0e5", -0.0},
      {"1", 1},
      {"-17", -17},
      {"1.5", 1.5},
      {"1e3", 1000},
      {"1E+3", 1000},
      {"25e-1", 2.5},
      {"0.1", 0.1},
      {"9007199254740993", 9007199254740992.0},
      {"999999999999999999", 1e18},
      {"9223372036854775807", 9223372036854775808.0},
      {"9999999999999999999", 1e19},
      {"18446744073709551615", 18446744073709551616.0},
      {"100000000000000000000000000000000", 1e32},
      {"1.7976931348623157e308", std::numeric_limits<double>::max()},
      {"5e-324", std::numeric_limits<double>::denorm_min()},
      {"2.2250738585072011e-308", 2.2250738585072011e-308},
      {"1e-400", 0.0},
      {"-1e-400", -0.0},
      {"-1e-99999999999999999999", -0.0},
      {"0.00000000000000000000000000000001e-300", 0.0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    CHECK(std::bit_cast<std::uint64_t>(scalar<double>("f64", row.json)) ==
          std::bit_cast<std::uint64_t>(row.value));
    CHECK(std::bit_cast<std::uint64_t>(scalar<double>("(f64)", fmt::format("[{}]", row.json))) ==
          std::bit_cast<std::uint64_t>(row.value));
  }
  CHECK(std::isnan(scalar<double>("f64", "\"NaN\"")));
  CHECK(scalar<double>("f64", "\"Infinity\"") == std::numeric_limits<double>::infinity());
  CHECK(scalar<float>("f32", "\"-Infinity\"") == -std::numeric_limits<float>::infinity());
}

TEST_CASE("floats that are too large are mismatches, not infinities") {
  CHECK(verdict("f64", "1e400") == "expected f64, found 1e400, which is out of range");
  CHECK(verdict("f64", "-1e99999999999999999999999").ends_with("which is out of range"));
  CHECK(verdict("f64", "1" + std::string(400, '0')).ends_with("which is out of range"));
  CHECK(verdict("f64", "0." + std::string(500, '0') + "1e1000").ends_with("which is out of range"));
  CHECK(scalar<double>("f64", "0." + std::string(500, '0') + "1") == 0);
  CHECK(scalar<double>("f64", "1" + std::string(400, '0') + "e-1000") == 0);
  CHECK(scalar<double>("f64", "1" + std::string(400, '0') + "e-400") == 1);
  CHECK(verdict("f32", "1e39").ends_with("which is out of range"));
  CHECK(scalar<float>("f32", "1e-60") == 0);
  CHECK(verdict("any", "1e400").ends_with("which is out of range"));
}

TEST_CASE("floats are rounded once") {
  // Each lies just beside the middle of two floats: through double it would be rounded to the wrong one.
  CHECK(scalar<float>("f32", "1.00000005960464477540") == 1.00000012f);
  CHECK(scalar<float>("f32", "16777217") == 16777216.0f);
  CHECK(scalar<float>("f32", "9007199791611905") == 9007200328482816.0f);
  CHECK(scalar<float>("f32", "0.1") == 0.1f);
}

TEST_CASE("random doubles come back bit by bit, also as the C library reads them") {
  constexpr unsigned seed = 20240616;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string shortest = fmt::format("{}", value), exact = fmt::format("{:.17e}", value);
    REQUIRE(scalar<double>("f64", shortest) == value);
    REQUIRE(scalar<double>("f64", exact) == std::strtod(exact.c_str(), nullptr));
    const std::string decimal = fmt::format("{}.{}", random() >> (random() % 64), random() % 1000);
    REQUIRE(scalar<double>("f64", decimal) == std::strtod(decimal.c_str(), nullptr));
    REQUIRE(scalar<float>("f32", decimal) == std::strtof(decimal.c_str(), nullptr));
    const auto integer = static_cast<std::int64_t>(random()) >> (random() % 64);
    REQUIRE(scalar<double>("f64", fmt::format("{}", integer)) == static_cast<double>(integer));
    REQUIRE(scalar<std::int64_t>("i64", fmt::format("{}", integer)) == integer);
  }
}
