// From the wire to MessagePack and back; and from MessagePack that is anything at all.
#include "values/msgpack_decoder.hpp"

#include "transcoding.hpp"
#include "values/msgpack_check.hpp"
#include "values/msgpack_writer.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>

using namespace prong::values;

namespace {

std::string packed(const Type& type, const std::string& wire) {
  std::string value;
  switch (wire_of(type)) {
    case Wire::raw:
      append_msgpack_raw(type, reinterpret_cast<const std::byte*>(wire.data()), value);
      return value;
    case Wire::views:
      append_msgpack_view(type, wire, value);
      return value;
    default:
      return wire;
  }
}

// The types that do not travel as MessagePack are few among random ones.
Type random_fixed_type(std::mt19937& random) {
  for (;;) {
    const Type type = random_type(random, 3);
    if (wire_of(type) != Wire::msgpack) return type;
  }
}

// Bytes that lie alone in their memory, so that a sanitizer sees a read outside them. Whether they fit.
bool survive(const Type& type, const std::string& bytes) {
  const auto memory = std::make_unique<std::byte[]>(bytes.size());
  std::memcpy(memory.get(), bytes.data(), bytes.size());
  const std::span<const std::byte> value(memory.get(), bytes.size());
  std::string wire = "kept";
  const auto mismatch = decode_msgpack(type, value, wire);
  const auto check = check_msgpack(type, value);
  REQUIRE(mismatch.has_value() == check.has_value());
  if (mismatch) {
    REQUIRE(mismatch->message() == check->message());
    REQUIRE(wire == "kept");
  } else if (const auto layout = type.layout()) {
    REQUIRE(wire.size() == 4 + layout->size);
  }
  return !mismatch;
}

}  // namespace

TEST_CASE("random values become MessagePack, which fits, and come back") {
  constexpr unsigned seed = 20261127;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 5000; ++round) {
    const Type type = random_fixed_type(random);
    const std::string wire = decode(type, random_json(random, type, 3)).wire;
    const std::string value = packed(type, wire);
    CAPTURE(type.to_string());
    CAPTURE(to_hex(value));
    REQUIRE(!check_msgpack(type, bytes_of(value)));
    std::string back = "before";
    REQUIRE(!decode_msgpack(type, bytes_of(value), back));
    REQUIRE(back == "before" + wire);
  }
}

TEST_CASE("padding is zero, whatever was there") {
  const Type type = parse_signature("{a: i8, b: f64, c: bool}");
  const std::string value = from_hex("83 a1 63 c3 a1 61 fb a1 62 02");
  std::string raw(type.layout()->size, '\xff');
  REQUIRE(!decode_msgpack_raw(type, bytes_of(value), reinterpret_cast<std::byte*>(raw.data())));
  CHECK(to_hex(raw) == "fb 00 00 00 00 00 00 00 00 00 00 00 00 00 00 40 01 00 00 00 00 00 00 00");
}

TEST_CASE("truncated, and with bits flipped") {
  constexpr unsigned seed = 20261128;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int fit = 0, unfit = 0;
  for (int round = 0; round < 5000; ++round) {
    const Type type = random_fixed_type(random);
    std::string bytes = packed(type, decode(type, random_json(random, type, 3)).wire);
    REQUIRE_FALSE(survive(type, bytes.substr(0, random() % bytes.size())));
    REQUIRE_FALSE(survive(type, bytes + "\xc0"));
    char& byte = bytes[random() % bytes.size()];
    byte = static_cast<char>(byte ^ (1 << (random() % 8)));
    (survive(type, bytes) ? fit : unfit) += 1;
  }
  CHECK(fit > 500);
  CHECK(unfit > 500);
}
