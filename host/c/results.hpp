// What the results of the C interface are: the library's pieces, and structs of C that point into them.
#pragma once

#include "failed_item.hpp"

#include <prong/c/results.h>
#include <prong/result_set.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

struct prong_results {
 public:
  // Pieces in rising order without a gap, of a call of `function`.
  prong_results(std::vector<prong::Piece> pieces, std::string function, prong::FunctionKind kind);

  [[nodiscard]] const std::string& function() const noexcept { return function_; }
  [[nodiscard]] prong::FunctionKind kind() const noexcept { return kind_; }
  [[nodiscard]] const prong::ResultSet& set() const noexcept { return set_; }
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] bool contains(std::uint64_t item) const noexcept { return item - first_ < set_.size(); }

  [[nodiscard]] const std::deque<prong::c::FailedItem>& failures() const noexcept { return failures_; }
  [[nodiscard]] const std::vector<prong_piece>& pieces() const noexcept { return pieces_; }
  // nullptr: it returned, or is none of these.
  [[nodiscard]] const prong::c::FailedItem* failure_of(std::uint64_t item) const noexcept;
  [[nodiscard]] const prong_plugin_build* build() const noexcept {
    return set_.build() == nullptr ? nullptr : &build_;
  }
  [[nodiscard]] prong_view value(std::uint64_t item) const noexcept;

 private:
  // Where the lines of a piece of JSON begin, and where its last one ends.
  using Lines = std::vector<std::uint64_t>;

  [[nodiscard]] prong_view line(std::size_t piece, std::uint64_t item) const noexcept;

  prong::ResultSet set_;
  std::string function_;
  prong::FunctionKind kind_;
  std::uint64_t first_ = 0;
  std::deque<prong::c::FailedItem> failures_;  // they do not move
  std::vector<prong_piece> pieces_;
  prong_plugin_build build_{};  // of nothing, when the set has none
  std::vector<Lines> lines_;    // of each piece; none of what is not JSON
};
