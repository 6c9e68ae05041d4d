// Inputs on their way: what is remembered of them until they have ended.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cli {

// What identifies an item's computation: the function, its build, what is bound, and the input.
using Digest = std::array<std::uint64_t, 2>;

// Consecutive inputs. A value.
struct Inputs {
  std::uint64_t position = 0;  // of the first in the input of the command
  std::uint64_t count = 0;
  // Of each, its text and its digest, as far as anybody wants them.
  std::string text = {};
  std::vector<std::uint64_t> ends = {};
  std::vector<Digest> digests = {};
  std::vector<std::uint64_t> indices = {};  // that functions are told, with the texts; empty: the positions

  void add_text(std::string_view one) {
    text += one;
    ends.push_back(text.size());
  }
  [[nodiscard]] std::string_view text_of(std::uint64_t place) const {
    const std::uint64_t begin = place == 0 ? 0 : ends[place - 1];
    return std::string_view{text}.substr(begin, ends[place] - begin);
  }
};

}  // namespace prong::cli
