// What a piece is, in the words of <prong/call.hpp>: whoever hands one over, whatever it was made from.
#pragma once

#include "assertion.hpp"

#include <prong/call.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

namespace prong::test {

// Touches all that a reader of the piece would touch.
inline void check_piece(const Piece& piece) {
  const bool prints = piece.encoding == Encoding::json || piece.encoding == Encoding::text;
  std::uint64_t next = piece.first;
  for (const Failure& failure : piece.failures) {
    assert_that(failure.index >= next && failure.index < piece.first + piece.count,
                "failures are out of order, or not of their piece",
                {{"failure", failure.index}, {"first", piece.first}, {"count", piece.count}});
    next = failure.index + 1;
    static_cast<void>(failure.message());
  }
  const auto rises = [&](const std::vector<std::uint64_t>& places, std::size_t count) {
    assert_that(places.size() == count && std::ranges::is_sorted(places) &&
                    (places.empty() || places.back() <= piece.bytes.size()),
                "places that are not in the piece's bytes",
                {{"places", places.size()}, {"wanted", count}, {"bytes", piece.bytes.size()}});
  };
  if (prints) rises(piece.positions, piece.failures.size());
  if (!prints && piece.stride == 0) rises(piece.ends, piece.count);
  if (piece.stride != 0)
    assert_that(piece.bytes.size() == piece.count * piece.stride, "raw results of another size",
                {{"bytes", piece.bytes.size()}, {"count", piece.count}, {"stride", piece.stride}});
  std::uint64_t sum = 0;
  for (const std::byte byte : piece.bytes)
    sum += std::to_integer<std::uint64_t>(byte);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  static_cast<void>(sum);
}

}  // namespace prong::test
