// MessagePack from a plugin that lies: never more than a mismatch.
#include "transcoding.hpp"
#include "values/json_decoder.hpp"
#include "values/json_writer.hpp"
#include "values/msgpack_check.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>
#include <simdjson.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>

using namespace prong::values;

namespace {

// Checks and prints bytes that lie alone in their memory, so that a sanitizer sees a read outside them.
// Whether they fit; what is printed is JSON.
bool survive(const Type& type, const std::string& bytes) {
  const auto memory = std::make_unique<std::byte[]>(bytes.size());
  std::memcpy(memory.get(), bytes.data(), bytes.size());
  const std::span<const std::byte> value(memory.get(), bytes.size());
  const auto mismatch = check_msgpack(type, value);
  std::string json = "kept", text = "kept";
  const auto unprinted = append_json(type, value, json);
  const auto unwritten = append_text(type, value, text);
  REQUIRE(mismatch.has_value() == unprinted.has_value());
  REQUIRE(mismatch.has_value() == unwritten.has_value());
  if (mismatch) {
    REQUIRE(json == "kept");
    REQUIRE(text == "kept");
    REQUIRE(mismatch->message() == unprinted->message());
    REQUIRE(mismatch->message().size() < 10'000);
  } else {
    static simdjson::dom::parser parser;
    REQUIRE(parser.parse(json.substr(4)).error() == simdjson::SUCCESS);
  }
  return !mismatch;
}

}  // namespace

TEST_CASE("every truncation of a value is refused") {
  constexpr unsigned seed = 20240620;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 1000; ++round) {
    const Type type = list_of(random_type(random, 3));
    const std::string bytes = decode(type, random_json(random, type, 3)).wire;
    REQUIRE(survive(type, bytes));
    REQUIRE_FALSE(survive(type, bytes + "\xc0"));
    const std::size_t step = 1 + bytes.size() / 50;
    for (std::size_t size = 0; size < bytes.size(); size += step)
      REQUIRE_FALSE(survive(type, bytes.substr(0, size)));
  }
}

TEST_CASE("flipped bits are refused or make other values") {
  constexpr unsigned seed = 20240621;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int fit = 0, unfit = 0;
  for (int round = 0; round < 30'000; ++round) {
    const Type type = list_of(random_type(random, 3));
    std::string bytes = decode(type, random_json(random, type, 3)).wire;
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
      char& byte = bytes[random() % bytes.size()];
      byte = static_cast<char>(byte ^ (1 << (random() % 8)));
    }
    (survive(type, bytes) ? fit : unfit) += 1;
  }
  CHECK(fit > 1000);
  CHECK(unfit > 1000);
}

TEST_CASE("random bytes") {
  constexpr unsigned seed = 20240622;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Type any{Kind::any};
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random());
    survive(any, bytes);
    survive(random_type(random, 2).kind() == Kind::map ? map_of(any) : list_of(any), bytes);
  }
}

TEST_CASE("values that are deeper than allowed") {
  const Type any{Kind::any};
  const auto nested = [](std::size_t depth) { return std::string(depth, '\x91') + '\xc0'; };
  CHECK(survive(any, nested(any_depth_max)));
  CHECK_FALSE(survive(any, nested(any_depth_max + 1)));
  CHECK_FALSE(survive(any, nested(10'000'000)));
  std::string maps;
  for (int i = 0; i < 100'000; ++i)
    maps += "\x81\xa1k";
  CHECK_FALSE(survive(any, maps));
}

TEST_CASE("headers that claim more than there is need no memory") {
  for (const std::string type : {"any", "[any]", "{*: any}", "[str]", "{x: any}", "str?", "bytes?", "[()]"}) {
    for (const std::string hex :
         {"dd ff ff ff ff", "df ff ff ff ff", "db ff ff ff ff", "c6 ff ff ff ff", "c9 ff ff ff ff",
          "dc ff ff", "de ff ff", "91 dd ff ff ff ff", "81 a1 78 df ff ff ff ff"}) {
      CAPTURE(type);
      CAPTURE(hex);
      CHECK_FALSE(survive(parse_signature(type), from_hex(hex)));
    }
  }
}
