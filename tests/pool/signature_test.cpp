// <prong/signature.hpp>: what an embedder reads of a signature.
#include <prong/signature.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace prong::test {

namespace {

// As the compiler lays it out.
struct Sample {
  std::uint8_t flag;
  double value;
  std::int16_t near[3];
};

std::vector<std::size_t> offsets(const std::string& signature) { return parse_signature(signature).offsets; }

}  // namespace

TEST_CASE("every word of a signature is read as the kind of that name") {
  for (const std::string word : {"null", "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32",
                                 "f64", "str", "bytes", "any"}) {
    CAPTURE(word);
    const TypeInfo type = parse_signature(word);
    CHECK(name_of(type.kind) == word);
    CHECK(type.signature == word);
    CHECK(type.children.empty());
    CHECK(type.is_raw() == (word != "str" && word != "bytes" && word != "any"));
  }
  CHECK(parse_signature("[u8]").kind == TypeKind::list);
  CHECK(parse_signature("(u8)").kind == TypeKind::tuple);
  CHECK(parse_signature("{a: u8}").kind == TypeKind::structure);
  CHECK(parse_signature("{*: u8}").kind == TypeKind::map);
  CHECK(parse_signature("u8?").kind == TypeKind::optional);
  CHECK(name_of(TypeKind::structure) == "struct");
  CHECK(name_of(TypeKind::optional) == "optional");
  CHECK(parse_signature("any") == TypeInfo{});
}

TEST_CASE("composed types have their elements, each with its own signature") {
  const TypeInfo type = parse_signature("{ x:f64 ,tags:[str?], rest:{*: (i8,u16)} }");
  CHECK(type.signature == "{x: f64, tags: [str?], rest: {*: (i8, u16)}}");
  CHECK(type.names == std::vector<std::string>{"x", "tags", "rest"});
  REQUIRE(type.children.size() == 3);
  CHECK_FALSE(type.is_raw());
  CHECK(type.offsets.empty());
  CHECK(type.children[0] == parse_signature("f64"));
  CHECK(type.children[1].children.at(0).signature == "str?");
  CHECK(type.children[1].children.at(0).children.at(0).kind == TypeKind::str);
  const TypeInfo& pair = type.children[2].children.at(0);
  CHECK(pair == tuple_of({parse_signature("i8"), parse_signature("u16")}));
  CHECK(tuple_of({}).signature == "()");
  CHECK(tuple_of({type}).children.at(0) == type);
}

TEST_CASE("raw types lie as the compiler lays out the struct") {
  const TypeInfo type = parse_signature("{flag: u8, value: f64, near: (i16, i16, i16)}");
  CHECK(type.size == sizeof(Sample));
  CHECK(type.alignment == alignof(Sample));
  CHECK(type.offsets ==
        std::vector<std::size_t>{offsetof(Sample, flag), offsetof(Sample, value), offsetof(Sample, near)});
  CHECK(offsets("(i8, i8, i32, i8)") == std::vector<std::size_t>{0, 1, 4, 8});
  CHECK(parse_signature("()").size == 0);
  CHECK(parse_signature("(u8, str)").size == 0);
}

TEST_CASE("what is no signature is refused, and where it goes wrong is told") {
  for (const std::string& wrong : {std::string{"f65"}, std::string{"[f64"}, std::string{"f64 f64"},
                                   std::string{""}, std::string{"{a: u8, a: u8}"}, std::string{"null?"},
                                   std::string(40, '[') + "u8", std::string(20000, ' ')}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS((void)parse_signature(wrong), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS((void)parse_signature("(f64, f65)"), "expected a type at byte 6, found 'f65)'",
                       std::invalid_argument);
}

}  // namespace prong::test
