// UTF-8, and how names look in messages.
#include "names/printable.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace prong::names;

TEST_CASE("valid sequences, and how much of the others is one mistake") {
  struct Row {
    std::string text;
    std::size_t length;
    bool valid;
  };
  const std::vector<Row> rows = {
      {"a", 1, true},
      {std::string(1, '\0'), 1, true},
      {"\x7f", 1, true},
      {"\xc2\x80", 2, true},
      {"\xdf\xbfx", 2, true},
      {"\xe0\xa0\x80", 3, true},
      {"\xed\x9f\xbf", 3, true},
      {"\xef\xbf\xbf", 3, true},
      {"\xf0\x90\x80\x80", 4, true},
      {"\xf4\x8f\xbf\xbf", 4, true},
      {"\x80", 1, false},
      {"\xc0\x80", 1, false},
      {"\xc1\xbf", 1, false},
      {"\xc2", 1, false},
      {"\xc2z", 1, false},
      {"\xe0\x9f\xbf", 1, false},
      {"\xe0\xa0", 2, false},
      {"\xed\xa0\x80", 1, false},
      {"\xef\xbfz", 2, false},
      {"\xf0\x8f\xbf\xbf", 1, false},
      {"\xf0\x90\x80", 3, false},
      {"\xf4\x90\x80\x80", 1, false},
      {"\xf5\x80\x80\x80", 1, false},
      {"\xff", 1, false},
  };
  for (const Row& row : rows) {
    CAPTURE(printable(row.text));
    CHECK(utf8_sequence(row.text).length == row.length);
    CHECK(utf8_sequence(row.text).valid == row.valid);
  }
}

TEST_CASE("names become one harmless line") {
  CHECK(printable("stats.so") == "stats.so");
  CHECK(printable("größe €😀") == "größe €😀");
  CHECK(printable("a\nb\t\x7f\x1b[31m") == "a\\x0ab\\x09\\x7f\\x1b[31m");
  CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(printable("\xff\xe2\x82") == "\\xff\\xe2\\x82");
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");
  CHECK(printable("a\\x0a") == "a\\x0a");
  CHECK(printable(printable("a\\\n\xff")) == "a\\\\x0a\\xff");
  CHECK(printable("\xef\xbb\xbf"
                  "3") ==
        "\\xef\\xbb\\xbf"
        "3");
  CHECK(printable("\xe2\x80\x8f\xd8\x9c") == "\\xe2\\x80\\x8f\\xd8\\x9c");
  CHECK(printable("") == "");
}
