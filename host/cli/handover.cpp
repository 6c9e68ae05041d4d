// Two threads meet: one that feeds the job, one that drains it.
#include "cli/handover.hpp"

#include "cli/journal.hpp"
#include "cli/piece_parts.hpp"

#include <algorithm>
#include <utility>

namespace prong::cli {

namespace {

// Of results that are known and wait for earlier ones. As much as a job has on its way.
constexpr std::size_t waiting_bytes_max = std::size_t{16} << 20;

void move_to(std::uint64_t position, Piece& piece) {
  for (Failure& failure : piece.failures)
    failure.index += position - piece.first;
  for (Stint& stint : piece.stints)
    stint.first += position - piece.first;
  piece.first = position;
}

std::size_t weight_of(const Piece& piece) { return piece.bytes.size() + piece.count * sizeof(Piece); }

}  // namespace

void Handover::expect(Inputs inputs) {
  const std::lock_guard lock{mutex_};
  const std::uint64_t count = inputs.count;
  entries_.push_back({.inputs = std::move(inputs), .item = expected_, .open = count, .known = {}});
  expected_ += count;
}

template <class Work>
bool Handover::guarded(Work work) {
  try {
    closed_ = closed_ || !work();
  } catch (...) {
    closed_ = true;
    moved_.notify_all();
    throw;
  }
  moved_.notify_all();
  return !closed_;
}

bool Handover::answer(Piece piece, Inputs inputs) {
  std::unique_lock lock{mutex_};
  known_.pushed += piece.count;
  known_.ended += piece.count;
  known_.failed += piece.failures.size();
  if (!parts_.ordered || entries_.empty()) return guarded([&] { return take_known(piece, inputs); });
  waiting_bytes_ += weight_of(piece);
  entries_.push_back({.inputs = std::move(inputs), .known = std::move(piece)});
  moved_.wait(lock, [&] { return closed_ || waiting_bytes_ < waiting_bytes_max; });
  return !closed_;
}

bool Handover::take(Piece piece) {
  const std::lock_guard lock{mutex_};
  return guarded([&] { return take_parts(piece) && take_front(); });
}

JobProgress Handover::known() const {
  const std::lock_guard lock{mutex_};
  return known_;
}

std::size_t Handover::entry_of(std::uint64_t item) const {
  // Ordered pieces are of the front, where nothing known is left. Unordered, what is known is no entry.
  if (parts_.ordered && item < entries_.front().item + entries_.front().inputs.count) return 0;
  return static_cast<std::size_t>(std::ranges::upper_bound(entries_, item, {}, &Entry::item) -
                                  entries_.begin() - 1);
}

std::uint64_t Handover::run_from(std::uint64_t item, std::uint64_t count) const {
  std::size_t at = entry_of(item);
  std::uint64_t run = entries_[at].item + entries_[at].inputs.count - item;
  for (; run < count && at + 1 < entries_.size(); ++at) {
    const Inputs& inputs = entries_[at].inputs;
    const Entry& next = entries_[at + 1];
    if (next.known || next.inputs.position != inputs.position + inputs.count) break;
    run += next.inputs.count;
  }
  return std::min(run, count);
}

bool Handover::take_parts(const Piece& whole) {
  Piece piece = whole;
  if (parts_.journal != nullptr) find_ends(piece);
  for (std::uint64_t place = 0; place < piece.count;) {
    const std::uint64_t item = piece.first + place;
    const std::uint64_t count = run_from(item, piece.count - place);
    if (count < piece.count) find_ends(piece);
    Piece part = count < piece.count ? part_of(piece, place, place + count) : piece;
    const Entry& entry = entries_[entry_of(item)];
    move_to(entry.inputs.position + (item - entry.item), part);
    book(part, item);
    if (!parts_.sink.take(std::move(part)) || !take_front()) return false;
    place += count;
  }
  return true;
}

void Handover::book(const Piece& piece, std::uint64_t item) {
  std::size_t at = entry_of(item);
  std::uint64_t place = item - entries_[at].item;
  for (std::uint64_t done = 0; done < piece.count; ++at, place = 0) {
    Entry& entry = entries_[at];
    const std::uint64_t count = std::min(piece.count - done, entry.inputs.count - place);
    if (parts_.journal != nullptr) parts_.journal->record(piece, {done, done + count}, entry.inputs);
    if (parts_.failures != nullptr) parts_.failures->record(piece.failures, entry.inputs);
    entry.open -= count;
    done += count;
  }
  while (!entries_.empty() && !entries_.front().known && entries_.front().open == 0)
    entries_.pop_front();
}

bool Handover::take_front() {
  while (!entries_.empty() && entries_.front().known) {
    Entry entry = std::move(entries_.front());
    entries_.pop_front();
    waiting_bytes_ -= weight_of(*entry.known);
    if (!take_known(*entry.known, entry.inputs)) return false;
  }
  return true;
}

bool Handover::take_known(const Piece& piece, const Inputs& inputs) {
  if (parts_.failures != nullptr) parts_.failures->record(piece.failures, inputs);
  return parts_.sink.take(piece);
}

}  // namespace prong::cli
