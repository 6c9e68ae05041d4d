// Qualified names: what is one, and what messages say of the others.
#include "names/qualified_name.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace prong::names;

namespace {

std::string fault_of(const std::string& name) {
  try {
    static_cast<void>(parse(name));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("dotted names are a module's path and a function") {
  CHECK(parse("stats.square") == QualifiedName{"stats", "square"});
  CHECK(parse("acme.stats.square") == QualifiedName{"acme.stats", "square"});
  CHECK(parse("_a1.B_2") == QualifiedName{"_a1", "B_2"});
  CHECK_FALSE(parse("stats.square").is_dynamic());
}

TEST_CASE("dotless names are dynamic functions") {
  for (const std::string name : {"triple", "stats-_-square", "add one", "größer", "1"}) {
    CAPTURE(name);
    CHECK(parse(name) == QualifiedName{"", name});
    CHECK(parse(name).is_dynamic());
  }
}

TEST_CASE("printing inverts parsing") {
  for (const std::string name : {"triple", "a.b", "acme.stats.square"})
    CHECK(parse(name).to_string() == name);
}

TEST_CASE("faults are named with their place") {
  struct Row {
    std::string name, part;
  };
  const std::vector<Row> rows = {
      {"", "is empty"},
      {".", "an empty segment at byte 0"},
      {".a", "an empty segment at byte 0"},
      {"a.", "an empty segment at byte 2"},
      {"a..b", "an empty segment at byte 2"},
      {"a.1b", "a segment begins with the digit '1' at byte 2"},
      {"a.b-c", "'-' at byte 3 is no letter, digit or underscore"},
      {"a.b c", "' ' at byte 3"},
      {"a/b.c", "'/' at byte 1"},
      {"stats.größe", "'ö' at byte 8"},
      {"a.\xff", "'\\xff' at byte 2"},
      {std::string("a.b\0", 4), "'\\x00' at byte 3"},
      {"a\nb", "a control character at byte 1"},
      {"ö\x7f", "a control character at byte 2"},
      {"a\u0085", "a control character at byte 1"},
      {"größ\xff", "a byte that is not UTF-8 at byte 6"},
      {std::string(1025, 'a'), "1025 bytes are too long, 1024 at most"},
      {"a." + std::string(1023, 'b'), "1025 bytes are too long"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK_MESSAGE(fault_of(row.name).find(row.part) != std::string::npos, fault_of(row.name));
  }
}

TEST_CASE("module paths") {
  CHECK_FALSE(find_module_fault("stats"));
  CHECK_FALSE(find_module_fault("acme.stats"));
  CHECK(find_module_fault("") == "an empty segment at byte 0");
  CHECK(find_module_fault("acme.") == "an empty segment at byte 5");
}

TEST_CASE("identifiers name parameters") {
  for (const auto* name : {"x", "_", "base2", "class"})
    CHECK(is_identifier(name));
  for (const auto* name : {"", "2x", "a.b", "a b", "ö", "a,b"})
    CHECK_FALSE(is_identifier(name));
}
