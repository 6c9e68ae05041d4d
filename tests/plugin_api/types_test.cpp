// Signatures, wires and raw layouts of C++ types.
#include <prong/types.hpp>

#include <doctest/doctest.h>

#include <cstring>

namespace shapes {

struct Point {
  double x, y;
  bool operator==(const Point&) const = default;
};
PRONG_STRUCT(Point, x, y)

struct Padded {
  std::uint8_t tag;
  double value;
  std::uint16_t tail;
};
PRONG_STRUCT(Padded, tag, value, tail)

struct Outer {
  struct Inner {
    float a;
  };
  Point corner;
  Inner inner;
  std::int32_t count;
};
PRONG_STRUCT(Outer::Inner, a)
PRONG_STRUCT(Outer, corner, inner, count)

struct Ready {
  std::int32_t id;
  bool is_ready;
};
PRONG_STRUCT(Ready, id, is_ready)

struct Person {
  std::string name;
  std::optional<std::int32_t> age;
  std::map<std::string, std::vector<double>> marks;
  std::tuple<std::int8_t, std::int64_t> pair;
};
PRONG_STRUCT(Person, name, age, marks, pair)

class Made {
 public:
  Made() : Made(0, 0) {}
  Made(std::int32_t a, std::int32_t b) : first(a), second(b) {}
  std::int32_t first, second;
};
PRONG_STRUCT(Made, first, second)

struct Named {
  std::optional<std::string_view> name;
  std::int32_t age;
};
PRONG_STRUCT(Named, name, age)

}  // namespace shapes

struct GlobalPoint {
  float x;
};
PRONG_STRUCT(GlobalPoint, x)

namespace {

using prong::signature_v;
using prong::Wire;
using prong::wire_v;

TEST_CASE("a type's signature is its wire format's name") {
  CHECK(signature_v<void> == "null");
  CHECK(signature_v<std::monostate> == "null");
  CHECK(signature_v<bool> == "bool");
  CHECK(signature_v<signed char> == "i8");
  CHECK(signature_v<short> == "i16");
  CHECK(signature_v<int> == "i32");
  CHECK(signature_v<long> == "i64");
  CHECK(signature_v<long long> == "i64");
  CHECK(signature_v<unsigned char> == "u8");
  CHECK(signature_v<std::uint16_t> == "u16");
  CHECK(signature_v<std::uint32_t> == "u32");
  CHECK(signature_v<std::size_t> == "u64");
  CHECK(signature_v<unsigned long long> == "u64");
  CHECK(signature_v<float> == "f32");
  CHECK(signature_v<const double&> == "f64");
  CHECK(signature_v<std::string> == "str");
  CHECK(signature_v<const std::string_view> == "str");
  CHECK(signature_v<std::vector<std::byte>> == "bytes");
  CHECK(signature_v<std::span<const std::byte>> == "bytes");
  CHECK(signature_v<prong::Any> == "any");
  CHECK(signature_v<std::tuple<>> == "()");
  CHECK(signature_v<std::tuple<double>> == "(f64)");
  CHECK(signature_v<std::pair<int, std::string>> == "(i32, str)");
  CHECK(signature_v<std::vector<bool>> == "[bool]");
  CHECK(signature_v<std::array<float, 3>> == "[f32]");
  CHECK(signature_v<std::span<const double>> == "[f64]");
  CHECK(signature_v<std::optional<std::vector<int>>> == "[i32]?");
  CHECK(signature_v<std::map<std::string, bool>> == "{*: bool}");
  CHECK(signature_v<std::unordered_map<std::string, prong::Any>> == "{*: any}");
  CHECK(signature_v<shapes::Point> == "{x: f64, y: f64}");
  CHECK(signature_v<shapes::Outer> == "{corner: {x: f64, y: f64}, inner: {a: f32}, count: i32}");
  CHECK(signature_v<shapes::Person> == "{name: str, age: i32?, marks: {*: [f64]}, pair: (i8, i64)}");
  CHECK(signature_v<GlobalPoint> == "{x: f32}");
}

TEST_CASE("raw is what has a fixed size, views are one str or bytes, the rest is MessagePack") {
  CHECK(wire_v<void> == Wire::raw);
  CHECK(wire_v<std::tuple<double, shapes::Padded, bool>> == Wire::raw);
  CHECK(wire_v<std::string_view> == Wire::views);
  CHECK(wire_v<std::span<const std::byte>> == Wire::views);
  CHECK(wire_v<std::tuple<double, std::string>> == Wire::msgpack);
  CHECK(wire_v<std::vector<double>> == Wire::msgpack);
  CHECK(wire_v<shapes::Person> == Wire::msgpack);
  CHECK(wire_v<std::tuple<>> == Wire::msgpack);
  CHECK(wire_v<std::tuple<double, std::tuple<>>> == Wire::msgpack);
}

TEST_CASE("a type borrows when a view is part of it, however deep") {
  using prong::borrows_v;
  CHECK(borrows_v<std::string_view>);
  CHECK(borrows_v<std::span<const std::byte>>);
  CHECK(borrows_v<const std::vector<std::array<std::string_view, 2>>&>);
  CHECK(borrows_v<std::map<std::string, std::tuple<int, std::optional<std::string_view>>>>);
  CHECK(borrows_v<std::unordered_map<std::string, std::span<const double>>>);
  CHECK(borrows_v<std::pair<std::string, shapes::Named>>);
  CHECK(borrows_v<std::vector<shapes::Named>>);
  CHECK_FALSE(borrows_v<void>);
  CHECK_FALSE(borrows_v<double>);
  CHECK_FALSE(borrows_v<std::string>);
  CHECK_FALSE(borrows_v<std::vector<std::byte>>);
  CHECK_FALSE(borrows_v<shapes::Person>);
  CHECK_FALSE(borrows_v<std::vector<std::pair<std::string, prong::Any>>>);
}

TEST_CASE("raw values lie as a C struct") {
  using Mixed = std::tuple<std::uint8_t, double, std::uint16_t>;
  struct InC {
    std::uint8_t tag;
    double value;
    std::uint16_t tail;
  };
  CHECK(prong::raw_size_v<Mixed> == sizeof(InC));
  CHECK(prong::raw_stride_v<Mixed> == sizeof(InC));
  CHECK(prong::raw_alignment_v<Mixed> == alignof(InC));

  std::byte wire[sizeof(InC)];
  std::memset(wire, 0xaa, sizeof wire);
  prong::store_raw<Mixed>(wire, {1, 2.5, 3});
  InC in_c;
  std::memcpy(&in_c, wire, sizeof in_c);
  CHECK(in_c.tag == 1);
  CHECK(in_c.value == 2.5);
  CHECK(in_c.tail == 3);
  for (const std::size_t padding : {1u, 2u, 7u, 18u, 23u})
    CHECK(wire[padding] == std::byte{0});
  CHECK(prong::load_raw<Mixed>(wire) == Mixed{1, 2.5, 3});

  CHECK(prong::load_raw<shapes::Padded>(wire).value == 2.5);
  std::byte again[sizeof(InC)];
  std::memset(again, 0xaa, sizeof again);
  prong::store_raw<shapes::Padded>(again, {1, 2.5, 3});
  CHECK(std::memcmp(wire, again, sizeof wire) == 0);
}

TEST_CASE("raw values need no alignment and survive nesting") {
  std::byte wire[64];
  const shapes::Outer outer{{1, 2}, {3}, 4};
  prong::store_raw<shapes::Outer>(wire + 1, outer);
  const auto back = prong::load_raw<shapes::Outer>(wire + 1);
  CHECK(back.corner == outer.corner);
  CHECK(back.inner.a == 3);
  CHECK(back.count == 4);
  prong::store_raw<shapes::Made>(wire + 3, {5, 6});
  CHECK(prong::load_raw<shapes::Made>(wire + 3).second == 6);
}

TEST_CASE("a bool is true for every byte but 0, null is one zero byte") {
  CHECK(prong::load_raw<bool>(std::array{std::byte{2}}.data()));
  CHECK_FALSE(prong::load_raw<bool>(std::array{std::byte{0}}.data()));
  std::byte byte{0xaa};
  prong::store_raw<bool>(&byte, true);
  CHECK(byte == std::byte{1});
  prong::store_raw<std::monostate>(&byte, {});
  CHECK(byte == std::byte{0});
  CHECK(prong::raw_stride_v<void> == 1);
}

TEST_CASE("objects can be used in place when their bytes are the wire's") {
  CHECK(prong::raw_is_identity_v<double>);
  CHECK(prong::raw_is_identity_v<std::uint8_t>);
  CHECK(prong::raw_is_identity_v<shapes::Point>);
  CHECK(prong::raw_is_identity_v<shapes::Outer>);
  CHECK(prong::raw_is_identity_v<shapes::Made>);
  CHECK_FALSE(prong::raw_is_identity_v<bool>);
  CHECK_FALSE(prong::raw_is_identity_v<std::monostate>);
  CHECK_FALSE(prong::raw_is_identity_v<shapes::Padded>);
  CHECK_FALSE(prong::raw_is_identity_v<shapes::Ready>);
  CHECK_FALSE(prong::raw_is_identity_v<std::tuple<double, double>>);
}

}  // namespace
