// Signatures: their canonical form, what is wrong with others, and hostile ones.
#include "values/signature.hpp"

#include "transcoding.hpp"

#include <doctest/doctest.h>

#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace prong::values;

namespace {

std::string fault_of(const std::string& signature) {
  try {
    return "none: " + parse_signature(signature).to_string();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("canonical signatures are read and written alike") {
  for (const std::string text : {"null",
                                 "bool",
                                 "i8",
                                 "i16",
                                 "i32",
                                 "i64",
                                 "u8",
                                 "u16",
                                 "u32",
                                 "u64",
                                 "f32",
                                 "f64",
                                 "str",
                                 "bytes",
                                 "any",
                                 "[f64]",
                                 "(f64, [str])",
                                 "(f64)",
                                 "()",
                                 "{}",
                                 "{x: f64, y: f64}",
                                 "{*: f64}",
                                 "f64?",
                                 "[f64?]?",
                                 "any?",
                                 "{*: [(i8, {a_1: str?})]}",
                                 "{f64: f64}"}) {
    CHECK(parse_signature(text).to_string() == text);
  }
  CHECK(parse_signature(" ( f64 ,[str\t] ) ").to_string() == "(f64, [str])");
  CHECK(parse_signature("{x:f64,y:{*:u8} ?}").to_string() == "{x: f64, y: {*: u8}?}");
}

TEST_CASE("faults are named with their place") {
  struct Row {
    std::string signature, part;
  };
  const std::vector<Row> rows = {
      {"", "expected a type at byte 0, found the end"},
      {"f65", "expected a type at byte 0, found 'f65'"},
      {"F64", "expected a type at byte 0"},
      {"list", "expected a type at byte 0"},
      {"f64 f64", "expected the end of the signature at byte 4, found 'f64'"},
      {"[f64", "expected ']' at byte 4, found the end"},
      {"(f64 str)", "expected ',' at byte 5, found 'str)'"},
      {"(f64,)", "expected a type at byte 5, found ')'"},
      {"(,f64)", "expected a type at byte 1"},
      {"{x f64}", "expected ':' at byte 3"},
      {"{1: f64}", "expected the name of a field at byte 1"},
      {"{*: f64, x: f64}", "expected '}' at byte 7"},
      {"{x: f64, x: str}", "two fields are called 'x' before byte 16"},
      {"f64? ?", "says twice what null means at byte 5"},
      {"null?", "'null?' says twice"},
      {"\n", "expected a type at byte 0, found '\\x0a'"},
      {std::string(20000, ' '), "20000 bytes, 16384 at most"},
      {std::string(34, '[') + "f64" + std::string(34, ']'),
       "expected at most 32 types inside each other at byte 33"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.signature);
    CHECK_MESSAGE(fault_of(row.signature).find(row.part) != std::string::npos, fault_of(row.signature));
  }
  CHECK_NOTHROW(static_cast<void>(parse_signature(std::string(32, '[') + "f64" + std::string(32, ']'))));
}

TEST_CASE("random types survive printing and parsing") {
  constexpr unsigned seed = 20240613;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    const Type type = random_type(random, 4);
    REQUIRE(parse_signature(type.to_string()) == type);
  }
}

TEST_CASE("damaged signatures are refused or are other signatures") {
  constexpr unsigned seed = 20240614;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::string letters = "[](){}*:?, fi3264strx\xff\n";
  for (int round = 0; round < 30'000; ++round) {
    std::string text = random_type(random, 3).to_string();
    for (auto edits = 1 + random() % 3; edits > 0 && !text.empty(); --edits) {
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
          text[at] = static_cast<char>(text[at] ^ (1 << (random() % 8)));
          break;
      }
    }
    try {
      const Type type = parse_signature(text);
      REQUIRE(parse_signature(type.to_string()) == type);
    } catch (const std::invalid_argument&) {
    }
  }
}
