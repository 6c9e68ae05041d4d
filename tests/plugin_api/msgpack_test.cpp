// MessagePack: what is written, what is read, and the sentences for what is not.
#include "kinds/shapes.hpp"

#include <prong/msgpack.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

namespace shapes {

struct Everything {
  std::string name;
  std::map<std::string, std::vector<std::optional<float>>> curves;
  std::tuple<std::uint8_t, std::monostate, bool> flags;
  std::array<std::int16_t, 3> corner;
  std::vector<std::byte> blob;
  prong::Any extra;

  bool operator==(const Everything&) const = default;
};
PRONG_STRUCT(Everything, name, curves, flags, corner, blob, extra)

struct Pair {
  std::int8_t a;
  std::string b;
};
PRONG_STRUCT(Pair, a, b)

}  // namespace shapes

namespace {

using prong::Any;
using prong::encode_msgpack;

// Remembers the largest request.
template <class T>
struct Watched : std::allocator<T> {
  static inline std::size_t largest_bytes = 0;
  T* allocate(std::size_t count) {
    largest_bytes = std::max(largest_bytes, count * sizeof(T));
    return std::allocator<T>::allocate(count);
  }
  template <class U>
  struct rebind {
    using other = Watched<U>;
  };
};

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

template <class T>
std::string encoded(const T& value) {
  std::string bytes;
  encode_msgpack(value, bytes);
  return bytes;
}

template <class T>
T decoded(std::string_view bytes) {
  return prong::decode_msgpack<T>(bytes_of(bytes));
}

// A literal with its NULs.
template <std::size_t Size>
std::string_view bin(const char (&literal)[Size]) {
  return {literal, Size - 1};
}

Any any_of(std::string_view bytes) { return {{bytes_of(bytes).begin(), bytes_of(bytes).end()}}; }

// What decoding says; empty when it succeeds.
template <class T>
std::string mismatch(std::string_view bytes) {
  try {
    static_cast<void>(decoded<T>(bytes));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("every type is written in its form") {
  CHECK(encoded(std::monostate{}) == "\xc0");
  CHECK(encoded(true) == "\xc3");
  CHECK(encoded(false) == "\xc2");
  CHECK(encoded(1.0f) == bin("\xca\x3f\x80\0\0"));
  CHECK(encoded(2.0) == bin("\xcb\x40\0\0\0\0\0\0\0"));
  CHECK(encoded(-0.0) == bin("\xcb\x80\0\0\0\0\0\0\0"));
  CHECK(encoded(std::string("ab")) ==
        "\xa2"
        "ab");
  CHECK(encoded(std::string_view()) == "\xa0");
  CHECK(encoded(std::vector{std::byte{7}, std::byte{255}}) == bin("\xc4\x02\x07\xff"));
  CHECK(encoded(std::vector<int>{}) == "\x90");
  CHECK(encoded(std::tuple{}) == "\x90");
  CHECK(encoded(std::tuple{1, std::string("x")}) == bin("\x92\x01\xa1x"));
  CHECK(encoded(std::pair{true, std::optional<int>{}}) == "\x92\xc3\xc0");
  CHECK(encoded(std::optional{5}) == "\x05");
  CHECK(encoded(std::map<std::string, int>{{"k", 1}}) == bin("\x81\xa1k\x01"));
  CHECK(encoded(shapes::Pair{-1, "z"}) == bin("\x82\xa1"
                                              "a\xff\xa1"
                                              "b\xa1z"));
  CHECK(encoded(std::vector{true, false}) == "\x92\xc3\xc2");
  CHECK(encoded(Any{}) == "\xc0");
  CHECK(encoded(std::vector{any_of("\x01"), any_of(bin("\x91\xc0"))}) == bin("\x92\x01\x91\xc0"));

  const std::array<double, 2> values{1, 2};
  CHECK(encoded(std::tuple{std::span<const double>(values)}) ==
        encoded(std::tuple{std::vector<double>{1, 2}}));
}

TEST_CASE("integers are written in the shortest form, and read from any, to the last bit") {
  CHECK(encoded(127) == "\x7f");
  CHECK(encoded(std::uint64_t{128}) == bin("\xcc\x80"));
  CHECK(encoded(-33) == bin("\xd0\xdf"));
  CHECK(encoded(std::uint8_t{200}).size() == 2);
  for (const std::int64_t value : {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, std::int64_t{0}, INT64_MAX})
    CHECK(decoded<std::int64_t>(encoded(value)) == value);
  CHECK(decoded<std::uint64_t>(encoded(UINT64_MAX)) == UINT64_MAX);

  for (const std::string_view five :
       {bin("\x05"), bin("\xcc\x05"), bin("\xcd\0\x05"), bin("\xce\0\0\0\x05"), bin("\xcf\0\0\0\0\0\0\0\x05"),
        bin("\xd0\x05"), bin("\xd1\0\x05"), bin("\xd2\0\0\0\x05"), bin("\xd3\0\0\0\0\0\0\0\x05")}) {
    CHECK(decoded<std::int8_t>(five) == 5);
    CHECK(decoded<std::uint64_t>(five) == 5);
    CHECK(decoded<double>(five) == 5);
  }
  for (const std::string_view minus_two :
       {bin("\xfe"), bin("\xd0\xfe"), bin("\xd1\xff\xfe"), bin("\xd2\xff\xff\xff\xfe"),
        bin("\xd3\xff\xff\xff\xff\xff\xff\xff\xfe")}) {
    CHECK(decoded<std::int8_t>(minus_two) == -2);
    CHECK(decoded<float>(minus_two) == -2);
  }
}

TEST_CASE("integers out of range are told with the range") {
  CHECK(mismatch<std::int8_t>(encoded(128)) == "expected i8 (-128 to 127), found 128");
  CHECK(mismatch<std::int8_t>(encoded(-129)) == "expected i8 (-128 to 127), found -129");
  CHECK(mismatch<std::uint8_t>(encoded(-1)) == "expected u8 (0 to 255), found -1");
  CHECK(mismatch<std::int64_t>(encoded(UINT64_MAX)) ==
        "expected i64 (-9223372036854775808 to 9223372036854775807), found 18446744073709551615");
  CHECK(mismatch<std::uint64_t>("\xff") == "expected u64 (0 to 18446744073709551615), found -1");
  CHECK(mismatch<std::uint32_t>(encoded(1.0)) == "expected u32 (0 to 4294967295), found the float 64 1");
}

TEST_CASE("floating-point numbers keep every bit; others are read when nothing is lost") {
  for (const double value : {0.1, -0.0, 1e300, 5e-324, std::numeric_limits<double>::infinity()}) {
    CHECK(decoded<double>(encoded(value)) == value);
    CHECK(std::signbit(decoded<double>(encoded(value))) == std::signbit(value));
  }
  CHECK(std::isnan(decoded<double>(encoded(std::nan("")))));
  CHECK(decoded<float>(encoded(0.1f)) == 0.1f);
  CHECK(decoded<double>(encoded(0.1f)) == static_cast<double>(0.1f));
  CHECK(mismatch<float>(encoded(0.5)) == "expected f32, found the float 64 0.5");

  CHECK(decoded<double>(encoded(std::int64_t{1} << 53)) == 0x1p53);
  CHECK(decoded<double>(encoded(INT64_MIN)) == -0x1p63);
  CHECK(mismatch<double>(encoded((std::int64_t{1} << 53) + 1)) == "expected f64, found 9007199254740993");
  CHECK(mismatch<float>(encoded(-16777217)) == "expected f32, found -16777217");
  CHECK(decoded<float>(encoded(16777216)) == 16777216.0f);
}

TEST_CASE("sizes beyond each width of a header come back") {
  for (const std::size_t size : {0u, 15u, 16u, 31u, 32u, 255u, 256u, 65535u, 65536u, 100'000u}) {
    const std::string text(size, 't');
    CHECK(decoded<std::string>(encoded(text)) == text);
    const std::vector<std::byte> blob(size, std::byte{9});
    CHECK(decoded<std::vector<std::byte>>(encoded(blob)) == blob);
    const std::vector<std::uint16_t> list(size, 300);
    CHECK(decoded<std::vector<std::uint16_t>>(encoded(list)) == list);
    std::unordered_map<std::string, std::size_t> map;
    for (std::size_t i = 0; i < size; ++i)
      map.emplace(std::to_string(i), i);
    CHECK(decoded<std::unordered_map<std::string, std::size_t>>(encoded(map)) == map);
  }
}

TEST_CASE("whatever is nested comes back") {
  const shapes::Everything everything{
      .name = "ünï\0code",
      .curves = {{"", {}}, {"a b", {1.5f, std::nullopt}}},
      .flags = {255, {}, true},
      .corner = {-1, 0, 32767},
      .blob = {std::byte{0}},
      .extra = any_of(bin("\x82\xa1k\xc4\x01z\xa0\x91\x90")),
  };
  CHECK(decoded<shapes::Everything>(encoded(everything)) == everything);
  const std::vector<shapes::Everything> list(3, everything);
  CHECK(decoded<std::vector<shapes::Everything>>(encoded(list)) == list);
}

TEST_CASE("views point into the bytes") {
  const std::string bytes = encoded(std::tuple{std::string("text"), std::vector{std::byte{1}}});
  const auto [text, blob] = decoded<std::tuple<std::string_view, std::span<const std::byte>>>(bytes);
  CHECK(text == "text");
  CHECK(text.data() == bytes.data() + 2);
  CHECK(blob.data() == bytes_of(bytes).data() + bytes.size() - 1);
}

TEST_CASE("a struct's fields come in any order, each once, and no other") {
  CHECK(decoded<shapes::Pair>(bin("\x82\xa1"
                                  "b\xa1z\xa1"
                                  "a\x05"))
            .a == 5);
  CHECK(mismatch<shapes::Pair>(bin("\x81\xa1"
                                   "a\x05")) == "expected {a: i8, b: str}, found no field \"b\"");
  CHECK(mismatch<shapes::Pair>(bin("\x82\xa1"
                                   "a\x05\xa1"
                                   "a\x05")) == "expected {a: i8, b: str}, found twice the field \"a\"");
  CHECK(mismatch<shapes::Pair>(bin("\x81\xa1\n\x05")) ==
        "expected {a: i8, b: str}, found the unknown field \"\\u000a\"");
  CHECK(mismatch<shapes::Pair>(bin("\x81\x05\x05")) == "expected a str as key, found 5");
  CHECK(mismatch<shapes::Pair>("\x80") == "expected {a: i8, b: str}, found no field \"a\"");
}

TEST_CASE("a mismatch says where, what was expected, what was found") {
  using Tree = std::map<std::string, std::vector<std::pair<shapes::Pair, std::optional<bool>>>>;
  const auto tree = [](const char* pair) {
    return "\x81\xa3"
           "key\x92\x92\x82\xa1"
           "a\x01\xa1"
           "b\xa0\xc0\x92" +
           std::string(pair);
  };
  CHECK(mismatch<Tree>(tree("\x82\xa1"
                            "a\x01\xa1"
                            "b\xa0\xc2")) == "");
  CHECK(mismatch<Tree>(tree("\x82\xa1"
                            "a\xc3\xa1"
                            "b\xa0\xc2")) == "expected i8 (-128 to 127) at $.key[1][0].a, found true");
  CHECK(mismatch<Tree>(tree("\x82\xa1"
                            "a\x01\xa1"
                            "b\xa0\x90")) == "expected bool? at $.key[1][1], found an array of 0");
  CHECK(mismatch<Tree>(bin("\x81\xa3k y\xc0")) ==
        "expected [({a: i8, b: str}, bool?)] at $[\"k y\"], found nil");
  CHECK(mismatch<std::tuple<double, std::string>>(bin("\x93\x01\xa0\x01")) ==
        "expected (f64, str), found an array of 3");
  CHECK(mismatch<std::tuple<>>("\x91\x01") == "expected (), found an array of 1");
  CHECK(mismatch<std::array<int, 2>>("\x91\x01") == "expected [i32] with 2 elements, found an array of 1");
  CHECK(mismatch<std::string>(bin("\xc4\x02xy")) == "expected str, found a bin of 2 bytes");
  CHECK(mismatch<std::vector<std::byte>>("\xa2xy") == "expected bytes, found the str \"xy\"");
  CHECK(mismatch<std::monostate>(encoded(1.5f)) == "expected null, found the float 32 1.5");
  CHECK(mismatch<bool>(bin("\x81\xa0\xc0")) == "expected bool, found a map of 1");
  CHECK(mismatch<Any>(bin("\x91\xd4\x01\x02")) == "expected any at $[0], found an ext");
  CHECK(mismatch<Any>(bin("\x81\xa1x\x81\xc2\xc2")) == "expected a str as key at $.x, found false");
  const std::string long_text = encoded(std::string(39, 'x') + "ü" + std::string(100, 'x'));
  CHECK(mismatch<bool>(long_text) == "expected bool, found the str \"" + std::string(39, 'x') + "…\"");
}

TEST_CASE("bytes that are no single value are told") {
  CHECK(mismatch<int>("") == "expected i32 (-2147483648 to 2147483647), found nothing");
  CHECK(mismatch<std::string>("\xa0\xa0\xa0") == "expected str, found 2 bytes after the value");
  CHECK(mismatch<std::string>("\xc1") == "expected MessagePack, found a wrong byte at 0");
  CHECK(mismatch<std::string>("\xa5xy") ==
        "expected MessagePack, found its end after 3 bytes, within a value");
  CHECK(mismatch<double>("\xcb\x01") == "expected MessagePack, found its end after 2 bytes, within a value");
  CHECK(mismatch<std::vector<int>>("\x92\x01") ==
        "expected MessagePack at $[1], found its end after 2 bytes, within a value");
}

TEST_CASE("claims of sizes that are not there take no memory") {
  CHECK(mismatch<std::vector<shapes::Everything>>(bin("\xdd\xff\xff\xff\xff")) != "");
  CHECK(mismatch<std::map<std::string, int>>(bin("\xdf\xff\xff\xff\xff")) != "");
  CHECK(mismatch<std::string>(bin("\xdb\xff\xff\xff\xff")) != "");
  CHECK(mismatch<std::vector<std::byte>>(bin("\xc6\xff\xff\xff\xffx")) != "");
  CHECK(mismatch<Any>(bin("\xdd\xff\xff\xff\xff")) != "");
  CHECK(mismatch<Any>(bin("\xc9\xff\xff\xff\xff\x01")) == "expected any, found an ext");
}

TEST_CASE("a list takes little because its header says so, and the rest as its elements come") {
  using Texts = std::vector<std::string, Watched<std::string>>;
  const std::string header(bin("\xdd\0\x20\0\0"));
  CHECK(mismatch<Texts>(header + std::string(2 << 20, '\xc0')) == "expected str at $[0], found nil");
  CHECK(Watched<std::string>::largest_bytes > 0);
  CHECK(Watched<std::string>::largest_bytes <= prong::codec::claimed_bytes_max);
  CHECK(decoded<Texts>(header + std::string(2 << 20, '\xa0')).size() == 2 << 20);
}

TEST_CASE("an any may be 128 deep, and a deeper one takes no stack") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '\x91') + "\xc0"; };
  CHECK(decoded<Any>(nested(128)) == any_of(nested(128)));
  CHECK(mismatch<Any>(nested(129)).ends_with("found one more"));
  CHECK(mismatch<Any>(nested(10'000'000)).ends_with("found one more"));
  std::string maps;
  for (int i = 0; i < 129; ++i)
    maps += "\x81\xa0";
  CHECK(mismatch<Any>(maps + "\xc0").ends_with("found one more"));
}

TEST_CASE("an any that is no value is not written") {
  for (const std::string_view broken : {"\x91", "\x01\x01", "\xc1", "\xa5xy"}) {
    CHECK_THROWS_AS(encoded(std::tuple{1, any_of(broken)}), std::invalid_argument);
  }
}

TEST_CASE("no beginning of a value is a value, and no changed byte harms") {
  const shapes::Everything everything{"name",         {{"k", {0.5f, {}}}},
                                      {1, {}, true},  {1, 2, 300},
                                      {std::byte{1}}, any_of(bin("\x93\xc0\xa1x\x81\xa0\x01"))};
  const std::string bytes = encoded(everything);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(mismatch<shapes::Everything>(std::string(bytes, 0, size)) != "");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(byte);
      static_cast<void>(mismatch<shapes::Everything>(changed));
      static_cast<void>(mismatch<Any>(changed));
    }
  }
}

TEST_CASE("noise is told, never followed") {
  std::mt19937 random{1};
  for (int round = 0; round < 20'000; ++round) {
    std::string noise(random() % 40, '\0');
    for (char& c : noise)
      c = static_cast<char>(random());
    static_cast<void>(mismatch<shapes::Everything>(noise));
    static_cast<void>(mismatch<std::vector<std::map<std::string, Any>>>(noise));
    if (mismatch<Any>(noise).empty()) CHECK(encoded(decoded<Any>(noise)) == noise);
  }
}

TEST_CASE("a vector of bytes is a buffer too, and is appended to") {
  std::vector<std::byte> buffer{std::byte{1}};
  encode_msgpack(std::string("x"), buffer);
  CHECK(buffer == std::vector{std::byte{1}, std::byte{0xa1}, std::byte{'x'}});
  CHECK(encode_msgpack(1.5f).size() == 5);
}

}  // namespace
