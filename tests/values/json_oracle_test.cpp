// The decoder against another reader of JSON, and against its own inverse, over random texts.
#include "transcoding.hpp"
#include "values/json_writer.hpp"
#include "values/msgpack_check.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <random>
#include <string>

using namespace prong::values;

namespace {

simdjson::error_code parsed(const std::string& text) {
  static simdjson::dom::parser parser;
  return parser.parse(text).error();
}

bool is_json(const std::string& text) { return parsed(text) == simdjson::SUCCESS; }

// The other reader refuses integers that 64 bits do not hold.
bool has_large_integer(const std::string& text) {
  std::size_t digits = 0, most = 0;
  for (const char c : text)
    most = std::max(most, digits = c >= '0' && c <= '9' ? digits + 1 : 0);
  return most >= 19;
}

std::string damaged(std::mt19937& random, std::string text) {
  const std::string letters = "[]{}:,\"\\ntruefals0123456789.-+eE \t\x01\xff";
  for (auto edits = 1 + random() % 2; edits > 0 && !text.empty(); --edits) {
    const auto at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text[at] = letters[random() % letters.size()];
        break;
      case 2:
        text.insert(at, 1, letters[random() % letters.size()]);
        break;
      default:
        text.erase(at, 1);
        break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("any takes exactly what is JSON") {
  constexpr unsigned seed = 20240617;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Type any{Kind::any};
  int valid = 0, invalid = 0;
  for (int round = 0; round < 40'000; ++round) {
    const std::string text = damaged(random, random_json(random, any, 3));
    const bool fits = !decode(any, text).mismatch;
    const bool expected = parsed(text) == simdjson::SUCCESS;
    if (fits && parsed(text) == simdjson::NUMBER_ERROR && has_large_integer(text)) continue;
    (expected ? valid : invalid) += 1;
    REQUIRE_MESSAGE(fits == expected, text);
  }
  CHECK(valid > 2000);
  CHECK(invalid > 2000);
}

TEST_CASE("random values of random types survive the way to the wire and back") {
  constexpr unsigned seed = 20240618;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 10'000; ++round) {
    const Type type = random_type(random, 3);
    const std::string json = random_json(random, type, 3);
    const Decoded first = decode(type, json);
    REQUIRE_MESSAGE(!first.mismatch, type.to_string() << " " << json << " " << first.mismatch->message());
    if (wire_of(type) == Wire::msgpack) REQUIRE(!check_msgpack(type, bytes_of(first.wire)));
    std::string printed;
    REQUIRE(!append_json(type, bytes_of(first.wire), printed));
    REQUIRE_MESSAGE(is_json(printed), printed);
    const Decoded second = decode(type, printed);
    REQUIRE(!second.mismatch);
    REQUIRE(second.wire == first.wire);
  }
}

TEST_CASE("damaged values are refused or are other values") {
  constexpr unsigned seed = 20240619;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    const Type type = random_type(random, 3);
    const std::string text = damaged(random, random_json(random, type, 3));
    const Decoded decoded = decode(type, text);
    if (decoded.mismatch) {
      REQUIRE(decoded.wire.empty());
      REQUIRE(decoded.mismatch->message().starts_with("expected "));
      continue;
    }
    std::string printed;
    REQUIRE(!append_json(type, bytes_of(decoded.wire), printed));
    REQUIRE_MESSAGE(is_json(printed), printed);
  }
}
