// Growing, and the end.
#include "cli/known_run.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace prong::cli {

void KnownRun::add(std::string_view result) {
  bytes_ += result;
  ends_.push_back(bytes_.size());
}

void KnownRun::add(Failure failure) {
  failure.index = start_.position + count();
  failure.build = start_.build;
  failures_.push_back(std::move(failure));
  ends_.push_back(bytes_.size());
}

Piece KnownRun::piece() && {
  Piece piece{.first = start_.position, .count = count(), .encoding = start_.results, .build = start_.build};
  if (start_.results == Encoding::raw) {
    // Results of one type have one size; a failed item has room for one.
    piece.stride = 1;
    for (std::size_t i = 0; i < ends_.size(); ++i)
      piece.stride = std::max<std::size_t>(piece.stride, ends_[i] - (i == 0 ? 0 : ends_[i - 1]));
    for (const Failure& failure : failures_)
      bytes_.insert((failure.index - start_.position) * piece.stride, piece.stride, '\0');
  } else {
    for (const Failure& failure : failures_)
      piece.positions.push_back(ends_[failure.index - start_.position]);
    piece.ends = std::move(ends_);
  }
  piece.failures = std::move(failures_);
  const auto bytes = std::make_shared<std::string>(std::move(bytes_));
  piece.bytes = std::as_bytes(std::span{*bytes});
  piece.memory = bytes;
  return piece;
}

}  // namespace prong::cli
