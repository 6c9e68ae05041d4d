// Waiting for the next one.
#include "cli/input_order.hpp"

#include <algorithm>
#include <utility>

namespace prong::cli {

namespace {

std::size_t weight_of(const Piece& piece) { return piece.bytes.size() + sizeof(Piece); }

// A run that is given up may have millions of items that nobody began.
std::optional<Failure> common_failure(const Piece& piece) {
  if (piece.count < 2 || piece.failures.size() != piece.count) return std::nullopt;
  const Failure& first = piece.failures.front();
  if (first.ending != Ending::cancelled && first.ending != Ending::lost) return std::nullopt;
  const bool all_alike = std::ranges::all_of(piece.failures, [&](const Failure& one) {
    return one.ending == first.ending && one.type == first.type && one.what == first.what;
  });
  return all_alike ? std::optional{first} : std::nullopt;
}

}  // namespace

bool InputOrder::take(Piece piece) {
  const std::uint64_t before = next_;
  keep(std::move(piece));
  bool goes_on = true;
  while (goes_on && !waiting_.empty() && waiting_.begin()->first == next_)
    goes_on = parts_.sink.take(take_first());
  if (next_ != before) parts_.passed(next_);
  return goes_on;
}

void InputOrder::keep(Piece piece) {
  waiting_bytes_ += weight_of(piece);
  auto all_failed = piece.first == next_ ? std::nullopt : common_failure(piece);
  if (all_failed) piece.failures = {};
  const std::uint64_t first = piece.first;
  waiting_.emplace(first, Waiting{.piece = std::move(piece), .all_failed = std::move(all_failed)});
}

Piece InputOrder::take_first() {
  auto [piece, all_failed] = std::move(waiting_.extract(waiting_.begin()).mapped());
  waiting_bytes_ -= weight_of(piece);
  next_ += piece.count;
  if (!all_failed) return std::move(piece);
  piece.failures.assign(piece.count, *all_failed);
  for (std::uint64_t place = 0; place < piece.count; ++place)
    piece.failures[place].index = piece.first + place;
  return std::move(piece);
}

}  // namespace prong::cli
