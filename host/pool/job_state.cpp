// Ranges of items on their way through a job.
#include "pool/job_state.hpp"

#include "limits.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace prong::pool {

namespace {

constexpr std::uint64_t chunk_growth = 8;

}  // namespace

JobState::JobState(JobFacts facts, RangePointer record)
    : facts_{std::move(facts)}, record_{std::move(record)} {}

bool JobState::prints() const noexcept {
  return facts_.results == Encoding::json || facts_.results == Encoding::text;
}

void JobState::add(std::shared_ptr<Segment> segment) {
  if (segment->count == 0) return;
  segment->first = pushed_;
  pushed_ += segment->count;
  held_input_bytes_ += segment->bytes;
  segments_.push_back(segment);
  give_back({.segment = segment, .start = 0, .count = segment->count});
  if (abandoned_) abandon(*abandoned_);
}

bool JobState::window_full() const noexcept {
  return held_input_bytes_ + ready_bytes_ >= facts_.window_bytes;
}

// By time when the time is known: items that took long are handed out few at a time. Never more than an equal
// share of half of what waits, so that the end of a job finds all workers at work (guided self-scheduling).
std::uint64_t JobState::next_count(unsigned workers) const noexcept {
  if (facts_.chunk_size != 0) return std::min(facts_.chunk_size, limits::task_items_max);
  std::uint64_t count = 1;
  if (nanoseconds_per_item_ > 0) {
    const auto aim =
        static_cast<double>(std::chrono::nanoseconds{limits::task_time_aim}.count()) / nanoseconds_per_item_;
    count = static_cast<std::uint64_t>(std::clamp(aim, 1.0, static_cast<double>(limits::task_items_max)));
    count = std::min(count, std::max<std::uint64_t>(last_count_, 1) * chunk_growth);
  }
  const std::uint64_t share = waiting_items_ / (std::uint64_t{2} * std::max(workers, 1U)) + 1;
  return std::min(count, share);
}

std::optional<ItemRange> JobState::take(unsigned workers) {
  if (waiting_.empty()) return std::nullopt;
  ItemRange& front = waiting_.front();
  // What is next to be handed over must run even then: everything behind it waits for it.
  if (ready_bytes_ >= facts_.window_bytes && front.first() != handed_over_) return std::nullopt;
  ItemRange taken = front;
  taken.count = std::min(front.count, next_count(workers));
  front.start += taken.count;
  front.count -= taken.count;
  if (front.count == 0) waiting_.pop_front();
  waiting_items_ -= taken.count;
  if (!taken.exact) last_count_ = std::max(last_count_, taken.count);
  return taken;
}

// In order of the items: what came earlier is wanted earlier.
void JobState::give_back(ItemRange range) {
  if (range.count == 0) return;
  if (abandoned_) {
    Failure failure = *abandoned_;
    Piece piece{.first = range.first(), .count = range.count, .encoding = facts_.results};
    for (std::uint64_t i = 0; i < range.count && !discards_; ++i) {
      failure.index = range.first() + i;
      piece.failures.push_back(failure);
    }
    return deliver(std::move(piece));
  }
  waiting_items_ += range.count;
  const auto later =
      std::ranges::find_if(waiting_, [&](const ItemRange& other) { return other.first() > range.first(); });
  waiting_.insert(later, std::move(range));
}

bool JobState::prefetches(unsigned workers) const noexcept {
  constexpr std::uint64_t items_per_worker = 4;
  return nanoseconds_per_item_ > 0 && waiting_items_ >= items_per_worker * workers &&
         nanoseconds_per_item_ < static_cast<double>(std::chrono::nanoseconds{limits::task_time_aim}.count());
}

void JobState::observe(std::uint64_t items, std::chrono::nanoseconds time) noexcept {
  if (items == 0) return;
  const double measured = std::max(0.1, static_cast<double>(time.count()) / static_cast<double>(items));
  nanoseconds_per_item_ =
      nanoseconds_per_item_ == 0 ? measured : 0.5 * nanoseconds_per_item_ + 0.5 * measured;
}

void JobState::discard_output() {
  discards_ = true;
  while (!ready_.empty())
    static_cast<void>(hand_over());
}

void JobState::deliver(Piece piece) {
  ended_ += piece.count;
  if (discards_) return count_handed_over(piece);
  ready_bytes_ += piece.stride == 0 ? piece.bytes.size() : 0;
  fruitless_deaths = 0;
  // Printed lines of failed items only have places; those of a piece without text are all at its start.
  if (prints()) piece.positions.resize(piece.failures.size(), piece.bytes.size());
  if (!prints() && piece.stride == 0) piece.ends.resize(piece.count, piece.bytes.size());
  ready_.emplace(piece.first, std::move(piece));
  progressed.notify_all();
  if (all_ended()) completed.notify_all();
}

void JobState::abandon(const Failure& failure) {
  abandoned_ = failure;
  waiting_items_ = 0;
  for (ItemRange& range : std::exchange(waiting_, {}))
    give_back(std::move(range));
  progressed.notify_all();
  completed.notify_all();
}

bool JobState::can_hand_over() const noexcept {
  return !ready_.empty() && (!facts_.ordered || ready_.begin()->first == handed_over_);
}

Piece JobState::hand_over() {
  Piece piece = std::move(ready_.extract(ready_.begin()).mapped());
  ready_bytes_ -= piece.stride == 0 ? piece.bytes.size() : 0;
  count_handed_over(piece);
  progressed.notify_all();
  return piece;
}

void JobState::count_handed_over(const Piece& piece) {
  handed_over_ += piece.count;
  const auto segment = std::ranges::find_if(segments_, [&](const std::shared_ptr<Segment>& one) {
    return piece.first >= one->first && piece.first < one->first + one->count;
  });
  (*segment)->handed_over += piece.count;
  if ((*segment)->handed_over < (*segment)->count) return;
  held_input_bytes_ -= (*segment)->bytes;
  segments_.erase(segment);
}

}  // namespace prong::pool
