// Suggestions: near ones, and none.
#include "names/closest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using prong::names::closest;

TEST_CASE("what is suggested") {
  const std::vector<std::string> functions = {"square", "cube", "sqrt", "upper", "hypot", "power", "sum"};
  struct Row {
    std::string name, suggestion;  // an empty suggestion is none
  };
  const std::vector<Row> rows = {
      {"sqare", "square"},
      {"squrae", "square"},
      {"Square", "square"},
      {"SQUARE", "square"},
      {"HYPOTT", "hypot"},
      {"squares", "square"},
      {"cub", "cube"},
      {"sqtr", "sqrt"},
      {"pwoer", "power"},
      {"hyptt", "hypot"},
      {"su", "sum"},
      {"s", ""},
      {"", ""},
      {"logarithm", ""},
      {"squarerootof", ""},
      {"zz", ""},
      {"square", "square"},
      {"sqaer", "square"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(closest(row.name, functions).value_or("") == row.suggestion);
  }
}

TEST_CASE("the nearest wins, then the first") {
  const std::vector<std::string> candidates = {"stat", "stars", "states", "starts"};
  CHECK(closest("starts", candidates) == "starts");
  CHECK(closest("start", candidates) == "stat");
  CHECK_FALSE(closest("anything", std::vector<std::string>{}));
}
