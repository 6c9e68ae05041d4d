// Two threads meet: one that feeds the job, one that drains it.
#include "cli/handover.hpp"

#include "cli/exit_status.hpp"
#include "cli/input_order.hpp"
#include "cli/journal.hpp"
#include "cli/piece_parts.hpp"

#include <algorithm>
#include <utility>

namespace prong::cli {

namespace {

// Of results that wait for earlier ones. As much as a job has on its way.
constexpr std::size_t waiting_bytes_max = std::size_t{16} << 20;

void move_to(std::uint64_t position, Piece& piece) {
  for (Failure& failure : piece.failures)
    failure.index += position - piece.first;
  for (Stint& stint : piece.stints)
    stint.first += position - piece.first;
  piece.first = position;
}

}  // namespace

void Handover::expect(Inputs inputs) {
  const std::lock_guard lock{mutex_};
  const std::uint64_t count = inputs.count;
  entries_.push_back({.inputs = std::move(inputs), .item = expected_, .open = count});
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
  if (!guarded([&] { return take_known(piece, inputs); }) || parts_.order == nullptr) return !closed_;
  moved_.wait(lock, [&] { return closed_ || parts_.order->waiting_bytes() < waiting_bytes_max; });
  return !closed_;
}

bool Handover::take(Piece piece) {
  const std::lock_guard lock{mutex_};
  return guarded([&] { return take_parts(piece); });
}

JobProgress Handover::known() const {
  const std::lock_guard lock{mutex_};
  return known_;
}

std::size_t Handover::entry_of(std::uint64_t item) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(entries_, item, {}, &Entry::item) -
                                  entries_.begin() - 1);
}

std::uint64_t Handover::run_from(std::uint64_t item, std::uint64_t count) const {
  std::size_t at = entry_of(item);
  std::uint64_t run = entries_[at].item + entries_[at].inputs.count - item;
  for (; run < count && at + 1 < entries_.size(); ++at) {
    const Inputs& inputs = entries_[at].inputs;
    const Entry& next = entries_[at + 1];
    if (next.inputs.position != inputs.position + inputs.count) break;
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
    book_and_tell(part, item);
    if (!parts_.sink.take(std::move(part))) return false;
    place += count;
  }
  return true;
}

// What failed is told also when a file cannot take it.
void Handover::book_and_tell(const Piece& piece, std::uint64_t item) {
  try {
    book(piece, item);
  } catch (const OutputFailed&) {
    static_cast<void>(parts_.sink.take(piece));
    throw;
  }
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
  while (parts_.order == nullptr && !entries_.empty() && entries_.front().open == 0)
    drop_front();
}

void Handover::drop_front() {
  dropped_ += entries_.front().inputs.count;
  entries_.pop_front();
}

std::uint64_t Handover::job_items_below(std::uint64_t position) {
  while (!entries_.empty() && entries_.front().inputs.position + entries_.front().inputs.count <= position)
    drop_front();
  if (entries_.empty() || entries_.front().inputs.position >= position) return dropped_;
  return dropped_ + (position - entries_.front().inputs.position);
}

bool Handover::take_known(const Piece& piece, const Inputs& inputs) {
  if (parts_.failures != nullptr) parts_.failures->record(piece.failures, inputs);
  return parts_.sink.take(piece);
}

}  // namespace prong::cli
