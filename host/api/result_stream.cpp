// Item by item through the pieces of a job.
#include "limits.hpp"

#include <prong/imap.hpp>

namespace prong::detail {

namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

ResultStream::ResultStream(Job job, std::string function, Options options)
    : job_{std::move(job)},
      function_{std::move(function)},
      adapts_{options.window == 0},
      window_least_{limits::stream_items_per_worker * options.workers *
                    std::clamp<std::uint64_t>(options.chunk_size, 1, limits::task_items_max)},
      window_{adapts_ ? window_least_ : options.window},
      adapted_at_{Clock::now()} {}

std::uint64_t ResultStream::room() const noexcept {
  const std::uint64_t most = window();
  return outstanding_ > most / 2 ? 0 : most - outstanding_;
}

// Large items or results make it smaller at once.
std::uint64_t ResultStream::window() const noexcept {
  if (!adapts_) return window_;
  const std::uint64_t fitting = limits::stream_bytes / std::max<std::size_t>(item_bytes_ + result_bytes_, 1);
  return std::min(window_, std::max(window_least_, fitting));
}

void ResultStream::push(const Items& items) {
  job_.push(items);
  outstanding_ += items.count;
  item_bytes_ = std::max<std::size_t>(items.bytes.size() / items.count, 1);
}

bool ResultStream::step() {
  if (!piece_) return false;
  if (failure() != nullptr) ++failures_;
  ++place_;
  --outstanding_;
  ++passed_;
  if (place_ < piece_->count) return true;
  piece_.reset();
  if (adapts_) adapt();
  return false;
}

bool ResultStream::try_fetch() { return take(job_.next_until(Clock::now())); }

bool ResultStream::fetch() { return outstanding_ != 0 && take(job_.next()); }

bool ResultStream::take(std::optional<Piece> piece) {
  piece_ = std::move(piece);
  place_ = 0;
  failures_ = 0;
  if (piece_) result_bytes_ = piece_->bytes.size() / std::max<std::uint64_t>(piece_->count, 1);
  return piece_.has_value();
}

void ResultStream::adapt() {
  if (passed_ < window_) return;
  const auto elapsed = Clock::now() - adapted_at_;
  const std::uint64_t most = std::max<std::uint64_t>(window_least_, limits::stream_bytes);
  if (elapsed < limits::stream_time_least) window_ = std::min(window_ * 2, most);
  if (elapsed > limits::stream_time_most) window_ = std::max(window_ / 2, window_least_);
  passed_ = 0;
  adapted_at_ += elapsed;
}

const Failure* ResultStream::failure() const noexcept {
  if (failures_ == piece_->failures.size()) return nullptr;
  const Failure& next = piece_->failures[failures_];
  return next.index == piece_->first + place_ ? &next : nullptr;
}

Failure ResultStream::unfit_result(const char* what) const {
  Failure failure;
  failure.index = piece_->first + place_;
  failure.ending = Ending::threw;
  failure.function = function_;
  failure.build = piece_->build;
  failure.what = std::string{"the result is not of the function's type: "} + what;
  return failure;
}

std::span<const std::byte> ResultStream::value() const noexcept {
  if (piece_->stride != 0) return piece_->bytes.subspan(place_ * piece_->stride, piece_->stride);
  const std::size_t begin = place_ == 0 ? 0 : piece_->ends[place_ - 1];
  return piece_->bytes.subspan(begin, piece_->ends[place_] - begin);
}

}  // namespace prong::detail
