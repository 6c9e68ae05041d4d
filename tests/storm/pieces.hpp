// Reads the pieces of a job as they are specified, and finds the items that are missing or come twice.
#pragma once

#include "account.hpp"

#include <prong/call.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace prong::test {

// Native results. Item i of the job has id first + i.
class PieceReader {
 public:
  using IsRight = std::function<bool(std::uint64_t id, std::span<const std::byte> value)>;
  PieceReader(Account& account, std::uint64_t first, IsRight is_right)
      : account_{account}, first_{first}, is_right_{std::move(is_right)} {}

  // All of a job of `count` items, once it has ended.
  void read_all(Job& job, std::uint64_t count, const Allowed& allowed) const;

 private:
  void take(const Piece& piece, const Allowed& allowed) const;

  Account& account_;
  std::uint64_t first_;
  IsRight is_right_;
};

// Lines of JSON from `number` or `picky`, as they come.
class LineReader {
 public:
  LineReader(Account& account, std::uint64_t first, const Allowed& allowed)
      : account_{account}, first_{first}, allowed_{allowed} {}

  void take(const Piece& piece);
  // There are no more: there should have been so many items.
  void end(std::uint64_t count);

 private:
  Account& account_;
  std::uint64_t first_;
  Allowed allowed_;
  std::uint64_t next_ = 0;
};

}  // namespace prong::test
