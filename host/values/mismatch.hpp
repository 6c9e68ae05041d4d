// Why a value does not fit its type: where in the value, what was expected, what was there.
#pragma once

#include "values/type.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace prong::values {

struct Mismatch {
  std::string path = "$";  // "$[1].x", "$[\"a key\"]", "$[\"\"]"
  std::string expected;
  std::string found;

  // "expected i8 (-128 to 127) at $[1].x, found 300". What was found may hold anything: whoever shows the
  // message makes it printable, once, as Failure::message() does.
  [[nodiscard]] std::string message() const;

  // The same mismatch, seen from the array or object around it.
  void move_below(std::size_t index);
  void move_below(std::string_view key);
};

// The beginning of a text that may be long, cut between characters and marked with "…".
[[nodiscard]] std::string cut_text(std::string_view text, std::size_t bytes_max = 40);

// The same, in quotes: in single ones when there are double ones in it.
[[nodiscard]] std::string quoted(std::string_view text);

// A short text for `expected`: the signature, with the range of integers; the beginning of a long one.
[[nodiscard]] std::string describe(const Type& type);

// A short text for `found`: kind and beginning of the JSON value that `json` starts with.
[[nodiscard]] std::string describe_json(std::string_view json);

}  // namespace prong::values
