// Ranges of items on their way through a job.
#include "pool/job_state.hpp"

#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace prong::pool {

namespace {

constexpr std::uint64_t chunk_growth = 8;

constexpr double nanoseconds(std::chrono::nanoseconds time) noexcept {
  return static_cast<double>(time.count());
}

// What has ended side by side, at one place in the outputs.
bool joins(const Piece& one, const Piece& next) {
  return one.stride != 0 && one.memory == next.memory && one.first + one.count == next.first &&
         one.bytes.data() + one.bytes.size() == next.bytes.data() && one.failures.empty() &&
         next.failures.empty();
}

void join(Piece& one, const Piece& next) {
  one.bytes = {one.bytes.data(), one.bytes.size() + next.bytes.size()};
  one.count += next.count;
  one.stints.insert(one.stints.end(), next.stints.begin(), next.stints.end());
}

// Of those in place, the segment has the memory.
std::size_t bytes_of(const Piece& piece) { return piece.stride == 0 ? piece.bytes.size() : 0; }

Failure cancelled_failure(const std::string& function) {
  Failure cancelled;
  cancelled.ending = Ending::cancelled;
  cancelled.function = function;
  return cancelled;
}

}  // namespace

Failure lost(std::string reason) {
  Failure failure;
  failure.ending = Ending::lost;
  failure.what = std::move(reason);
  return failure;
}

bool is_call(const JobFacts& facts) noexcept {
  return facts.kind == transport::JobKind::map || facts.kind == transport::JobKind::result;
}

bool is_probe(const JobFacts& facts) noexcept { return !is_call(facts) && facts.load_time_limit.has_value(); }

JobState::JobState(JobFacts facts, RangePointer record)
    : facts_{std::move(facts)}, record_{std::move(record)} {}

bool JobState::prints() const noexcept {
  return facts_.results == Encoding::json || facts_.results == Encoding::text;
}

bool JobState::in_place() const noexcept {
  return facts_.result_stride != 0 && facts_.results == Encoding::raw;
}

void JobState::check_may_push() const {
  if (finished_) throw UsageError{fmt::format("'{}': push after finish", facts_.function)};
  if (abandoned_ && abandoned_->ending == Ending::cancelled)
    throw UsageError{fmt::format("'{}': push after cancel", facts_.function)};
  if (facts_.kind == transport::JobKind::result && pushed_ != 0) {
    throw UsageError{fmt::format("'{}': a result function takes all its items at once", facts_.function)};
  }
}

void JobState::add(std::shared_ptr<Segment> segment) {
  if (segment->count == 0) return;
  segment->first = pushed_;
  pushed_ += segment->count;
  held_input_bytes_ += segment->bytes;
  segments_.push_back(segment);
  put_back({.segment = segment, .start = 0, .count = segment->count});
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
    const double aim = nanoseconds(facts_.task_time_aim) / nanoseconds_per_item_;
    count = static_cast<std::uint64_t>(std::clamp(aim, 1.0, static_cast<double>(limits::task_items_max)));
    count = std::min(count, std::max<std::uint64_t>(last_count_, 1) * chunk_growth);
  }
  const std::uint64_t share = waiting_items_ / (std::uint64_t{2} * std::max(workers, 1U)) + 1;
  return std::min(count, share);
}

std::optional<ItemRange> JobState::take(unsigned workers, std::uint64_t count_max) {
  if (waiting_.empty() || count_max == 0) return std::nullopt;
  ItemRange& front = waiting_.front();
  // What is next to be handed over must run even then: everything behind it waits for it.
  if (ready_bytes_ >= facts_.window_bytes && front.first() != next_wanted()) return std::nullopt;
  ItemRange taken = front;
  taken.count = std::min({front.count, next_count(workers), count_max});
  front.start += taken.count;
  front.count -= taken.count;
  if (front.count == 0) waiting_.pop_front();
  waiting_items_ -= taken.count;
  running_.insert(taken.first(), taken.count);
  if (!taken.exact) last_count_ = std::max(last_count_, taken.count);
  return taken;
}

void JobState::give_back(ItemRange range) {
  running_.remove(range.first(), range.count);
  put_back(std::move(range));
}

// In order of the items: what came earlier is wanted earlier. Neighbours become one range.
void JobState::put_back(ItemRange range) {
  if (range.count == 0) return;
  if (abandoned_) return fail_all(range, *abandoned_);
  if (is_unwanted(range.first(), range.count)) return put_back_wanted(std::move(range));
  waiting_items_ += range.count;
  const auto later =
      std::ranges::lower_bound(waiting_, range.first(), {}, [](const ItemRange& one) { return one.first(); });
  if (later != waiting_.begin()) {
    ItemRange& before = *std::prev(later);
    if (before.segment == range.segment && before.exact == range.exact &&
        before.start + before.count == range.start) {
      before.count += range.count;
      return;
    }
  }
  waiting_.insert(later, std::move(range));
}

// The range without its first item that was given up, which ends now.
void JobState::put_back_wanted(ItemRange range) {
  const std::uint64_t before = *unwanted_.lower_bound(range.first()) - range.first();
  const auto part = [&](std::uint64_t start, std::uint64_t count) {
    ItemRange one = range;
    one.start += start;
    one.count = count;
    return one;
  };
  fail_all(part(before, 1), cancelled_failure(facts_.function));
  put_back(part(0, before));
  put_back(part(before + 1, range.count - before - 1));
}

// In pieces of bounded size: who takes them one by one needs memory for one at a time.
void JobState::fail_all(const ItemRange& range, const Failure& failure) {
  constexpr std::uint64_t piece_items = 1 << 16;
  for (std::uint64_t done = 0; done < range.count; done += piece_items) {
    Piece piece{.first = range.first() + done,
                .count = std::min(piece_items, range.count - done),
                .encoding = facts_.results};
    end(Ready{std::move(piece), failure});
  }
}

void JobState::cancel() {
  cancelled_since_ = Clock::now();
  abandon(cancelled_failure(facts_.function));
}

void JobState::lose_to_replacement() {
  Failure lost;
  lost.ending = Ending::lost;
  lost.type = "replaced";
  lost.function = facts_.function;
  lost.what = fmt::format(
      "plugin replaced: {} is no longer the file that the call began with, and no worker has that one; call "
      "again, which uses what is there now",
      facts_.build ? facts_.build->file.native() : "its file");
  abandon(lost);
}

void JobState::drain() { abandon(cancelled_failure(facts_.function)); }

void JobState::cancel_item(std::uint64_t index) {
  if (abandoned_) return;
  if (running_.contains(index)) unwanted_.insert(index);
  const auto waiting = std::ranges::find_if(waiting_, [&](const ItemRange& range) {
    return range.first() <= index && index < range.first() + range.count;
  });
  if (waiting == waiting_.end()) return;
  unwanted_.insert(index);
  ItemRange range = std::move(*waiting);
  waiting_.erase(waiting);
  waiting_items_ -= range.count;
  put_back(std::move(range));
}

bool JobState::is_unwanted(std::uint64_t first, std::uint64_t count) const {
  const auto next = unwanted_.lower_bound(first);
  return next != unwanted_.end() && *next < first + count;
}

bool JobState::may_retry(std::uint64_t index, Ending ending) {
  const bool failed_running = ending == Ending::threw || ending == Ending::crashed ||
                              ending == Ending::exited || ending == Ending::timed_out;
  if (!failed_running || facts_.retries == 0 || abandoned_ || is_unwanted(index)) return false;
  unsigned& times = attempts_[index].count;
  if (times == facts_.retries) return false;
  ++times;
  return true;
}

std::size_t JobState::tasks_ahead(unsigned workers) const noexcept {
  constexpr std::uint64_t items_per_worker = 4;
  if (nanoseconds_per_item_ == 0 || waiting_items_ < items_per_worker * workers ||
      nanoseconds_per_item_ >= nanoseconds(facts_.task_time_aim)) {
    return 1;
  }
  const auto most = std::min<std::uint64_t>(limits::tasks_in_flight,
                                            waiting_items_ / (items_per_worker * std::max(workers, 1U)));
  const double task_time = nanoseconds_per_item_ * static_cast<double>(next_count(workers));
  const double fitting = nanoseconds(limits::queue_time_aim) / task_time;
  return std::max(limits::tasks_in_flight_least,
                  static_cast<std::size_t>(std::min(static_cast<double>(most), fitting)));
}

void JobState::observe(std::uint64_t items, std::chrono::nanoseconds time) noexcept {
  if (items == 0) return;
  const double measured = std::max(0.1, static_cast<double>(time.count()) / static_cast<double>(items));
  nanoseconds_per_item_ =
      nanoseconds_per_item_ == 0 ? measured : 0.5 * nanoseconds_per_item_ + 0.5 * measured;
}

void JobState::discard_output() {
  discards_ = true;
  // Nobody is there who would release anything.
  if (facts_.held) lift_window();
  while (!ready_.empty())
    static_cast<void>(hand_over());
}

void JobState::deliver(Piece piece) {
  running_.remove(piece.first, piece.count);
  end(Ready{std::move(piece), std::nullopt});
}

void JobState::end(Ready ready) {
  Piece& piece = ready.piece;
  ended_ += piece.count;
  failed_ += ready.all_failed ? piece.count : piece.failures.size();
  fruitless_deaths = 0;
  take_attempts(piece);
  note_over();
  if (discards_) return count_handed_over(piece);
  ready_bytes_ += bytes_of(piece);
  keep(std::move(ready));
  progressed.notify_all();
  if (all_ended()) completed.notify_all();
}

// Neighbours become one piece, so that a job of many small tasks keeps few.
void JobState::keep(Ready ready) {
  const auto later = ready_.upper_bound(ready.piece.first);
  if (later != ready_.begin()) {
    Ready& before = std::prev(later)->second;
    if (!before.all_failed && !ready.all_failed && joins(before.piece, ready.piece)) {
      join(before.piece, ready.piece);
      if (later == ready_.end() || later->second.all_failed || !joins(before.piece, later->second.piece))
        return;
      join(before.piece, later->second.piece);
      ready_.erase(later);
      return;
    }
  }
  const std::uint64_t first = ready.piece.first;
  ready_.emplace_hint(later, first, std::move(ready));
}

void JobState::note_attempt(Stint attempt) { attempts_[attempt.first].stints.push_back(std::move(attempt)); }

void JobState::take_attempts(Piece& piece) {
  const std::uint64_t end = piece.first + piece.count;
  const auto first = attempts_.lower_bound(piece.first);
  const auto last = attempts_.lower_bound(end);
  for (auto item = first; item != last; ++item)
    piece.stints.insert(piece.stints.end(), item->second.stints.begin(), item->second.stints.end());
  attempts_.erase(first, last);
  unwanted_.erase(unwanted_.lower_bound(piece.first), unwanted_.lower_bound(end));
}

void JobState::finish() {
  finished_ = true;
  note_over();
}

void JobState::note_over() {
  if (over_ != nullptr && is_over()) std::exchange(over_, nullptr)->push_back(this);
}

void JobState::abandon(const Failure& failure) {
  abandoned_ = failure;
  waiting_items_ = 0;
  for (ItemRange& range : std::exchange(waiting_, {}))
    put_back(std::move(range));
  note_over();
  progressed.notify_all();
  completed.notify_all();
}

JobProgress JobState::progress() const noexcept {
  return {.pushed = pushed_,
          .ended = ended_,
          .failed = failed_,
          .handed_over = handed_over_,
          .finished = finished_};
}

bool JobState::can_hand_over() const noexcept {
  return !ready_.empty() && (!facts_.ordered || ready_.begin()->first == handed_over_);
}

Piece JobState::hand_over() {
  auto [piece, all_failed] = std::move(ready_.extract(ready_.begin()).mapped());
  if (all_failed) {
    piece.failures.assign(piece.count, *all_failed);
    for (std::uint64_t i = 0; i < piece.count; ++i)
      piece.failures[i].index = piece.first + i;
  }
  piece.build = facts_.build;
  for (Failure& failure : piece.failures)
    failure.build = facts_.build;
  // Printed lines of failed items only have places; those of a piece without text are all at its start.
  if (prints()) piece.positions.resize(piece.failures.size(), piece.bytes.size());
  if (!prints() && piece.stride == 0) piece.ends.resize(piece.count, piece.bytes.size());
  ready_bytes_ -= bytes_of(piece);
  count_handed_over(piece);
  if (facts_.held && !discards_) hold(piece);
  progressed.notify_all();
  return piece;
}

std::vector<Piece> JobState::hand_over_all() {
  std::vector<Piece> pieces;
  while (can_hand_over())
    pieces.push_back(hand_over());
  std::ranges::sort(pieces, {}, &Piece::first);
  return pieces;
}

// With what a piece needs itself, which is more than a short result.
void JobState::hold(const Piece& piece) {
  const std::size_t bytes = bytes_of(piece) + sizeof piece + piece.failures.size() * sizeof(Failure);
  held_.emplace(piece.first, Held{.end = piece.first + piece.count, .bytes = bytes});
  ready_bytes_ += bytes;
}

void JobState::release(std::uint64_t below) {
  released_ = std::max(released_, below);
  for (; !held_.empty() && held_.begin()->second.end <= released_; held_.erase(held_.begin()))
    ready_bytes_ -= held_.begin()->second.bytes;
  for (; !segments_.empty() && segments_.front()->first + segments_.front()->count <= released_;
       segments_.pop_front()) {
    held_input_bytes_ -= segments_.front()->bytes;
  }
  progressed.notify_all();
}

void JobState::count_handed_over(const Piece& piece) {
  handed_over_ += piece.count;
  if (facts_.held) return;
  const auto segment = std::ranges::find_if(segments_, [&](const std::shared_ptr<Segment>& one) {
    return piece.first >= one->first && piece.first < one->first + one->count;
  });
  (*segment)->handed_over += piece.count;
  if ((*segment)->handed_over < (*segment)->count) return;
  held_input_bytes_ -= (*segment)->bytes;
  segments_.erase(segment);
}

}  // namespace prong::pool
