// Types: C layout, wire forms, printing.
#include "values/type.hpp"

#include "values/signature.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

using namespace prong::values;

namespace {

struct Mixed {
  std::uint8_t a;
  double b;
  std::int16_t c;
  float d;
  bool e;
};

struct Inner {
  std::int16_t a;
  std::int8_t b;
};

struct Outer {
  std::int8_t a;
  Inner b;
  std::int8_t c;
  std::uint64_t d;
  std::int8_t e;
};

template <class T>
Layout layout_of() {
  return {.size = sizeof(T), .alignment = alignof(T)};
}

}  // namespace

TEST_CASE("the raw form is the compiler's layout of the same struct") {
  const Type mixed = parse_signature("{a: u8, b: f64, c: i16, d: f32, e: bool}");
  CHECK(raw_layout(mixed) == layout_of<Mixed>());
  CHECK(mixed.offsets() == std::vector<std::size_t>{offsetof(Mixed, a), offsetof(Mixed, b),
                                                    offsetof(Mixed, c), offsetof(Mixed, d),
                                                    offsetof(Mixed, e)});
  CHECK(raw_layout(parse_signature("(u8, f64, i16, f32, bool)")) == layout_of<Mixed>());
  const Type outer = parse_signature("(i8, (i16, i8), i8, u64, i8)");
  CHECK(raw_layout(outer) == layout_of<Outer>());
  CHECK(outer.offsets() == std::vector<std::size_t>{offsetof(Outer, a), offsetof(Outer, b),
                                                    offsetof(Outer, c), offsetof(Outer, d),
                                                    offsetof(Outer, e)});
}

TEST_CASE("layouts of scalars") {
  const std::vector<std::pair<Kind, std::size_t>> sizes = {
      {Kind::boolean, 1}, {Kind::i8, 1},  {Kind::u8, 1},  {Kind::i16, 2}, {Kind::u16, 2}, {Kind::i32, 4},
      {Kind::u32, 4},     {Kind::f32, 4}, {Kind::i64, 8}, {Kind::u64, 8}, {Kind::f64, 8}};
  for (const auto& [kind, size] : sizes) {
    CAPTURE(kind_name(kind));
    CHECK(raw_layout(Type(kind)) == Layout{.size = size, .alignment = size});
  }
}

TEST_CASE("every type has one wire form") {
  struct Row {
    std::string signature;
    Wire wire;
  };
  const std::vector<Row> rows = {
      {"f64", Wire::raw},          {"bool", Wire::raw},           {"(i8, (u64, bool))", Wire::raw},
      {"{x: f64}", Wire::raw},     {"(f64)", Wire::raw},          {"str", Wire::views},
      {"bytes", Wire::views},      {"null", Wire::raw},           {"any", Wire::msgpack},
      {"[f64]", Wire::msgpack},    {"f64?", Wire::msgpack},       {"str?", Wire::msgpack},
      {"{*: f64}", Wire::msgpack}, {"(f64, str)", Wire::msgpack}, {"(f64, null)", Wire::raw},
      {"()", Wire::msgpack},       {"{}", Wire::msgpack},         {"{x: (f64, ())}", Wire::msgpack},
  };
  for (const Row& row : rows) {
    CAPTURE(row.signature);
    const Type type = parse_signature(row.signature);
    CHECK(wire_of(type) == row.wire);
    CHECK(raw_layout(type).has_value() == (row.wire == Wire::raw));
  }
}

TEST_CASE("types are compared as a whole") {
  CHECK(parse_signature("{x: f64}") == struct_of({{"x", Type(Kind::f64)}}));
  CHECK(parse_signature("{x: f64}") != parse_signature("{y: f64}"));
  CHECK(parse_signature("(f64)") != parse_signature("f64"));
  CHECK(parse_signature("(f64, str)") == tuple_of({Type(Kind::f64), Type(Kind::str)}));
  CHECK(parse_signature("{*: u8}") == map_of(Type(Kind::u8)));
  CHECK(Type() == Type(Kind::null));
}

TEST_CASE("types that would be ambiguous cannot be made") {
  CHECK_THROWS_AS(static_cast<void>(optional_of(optional_of(Type(Kind::f64)))), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(optional_of(Type(Kind::null))), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(struct_of({{"x", Type(Kind::f64)}, {"x", Type(Kind::u8)}})),
                  std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(Type(Kind::list)), std::invalid_argument);
}
