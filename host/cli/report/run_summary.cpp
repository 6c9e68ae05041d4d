// Adding up.
#include "cli/report/run_summary.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace prong::cli {

namespace {

using std::chrono::nanoseconds;

constexpr double first_bin = 10;  // ns

bool is_death(Ending ending) {
  return ending == Ending::crashed || ending == Ending::exited || ending == Ending::timed_out;
}

}  // namespace

double TimeHistogram::begin_of(std::size_t bin) {
  return first_bin * std::pow(10, static_cast<double>(bin) / bins_per_decade);
}

void TimeHistogram::add(nanoseconds time) {
  const double decades = std::log10(std::max(static_cast<double>(time.count()), first_bin) / first_bin);
  ++bins_[std::min(static_cast<std::size_t>(decades * bins_per_decade), bins_count - 1)];
  ++count_;
}

double TimeHistogram::quantile(double part) const {
  double wanted = part * static_cast<double>(count_);
  for (std::size_t bin = 0; bin < bins_count; ++bin) {
    const auto here = static_cast<double>(bins_[bin]);
    if (here > 0 && wanted <= here) return begin_of(bin) * std::pow(begin_of(1) / first_bin, wanted / here);
    wanted -= here;
  }
  return 0;
}

std::uint64_t RunSummary::failed() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [ending, count] : endings_)
    sum += ending == Ending::returned || ending == Ending::cancelled ? 0 : count;
  return sum;
}

std::uint64_t RunSummary::given_up() const noexcept {
  const auto cancelled = endings_.find(Ending::cancelled);
  return cancelled == endings_.end() ? 0 : cancelled->second;
}

void RunSummary::record(const Piece& piece) {
  for (const Stint& stint : piece.stints)
    add_stint(stint);
  for_each_timed(piece, [this](const TimedItem& item) { add_item(item); });
}

void RunSummary::add_stint(const Stint& stint) {
  const nanoseconds begin = clock_.since_begin(stint.began);
  const nanoseconds end = clock_.since_begin(stint.ended);
  duration_ = std::max(duration_, end);
  Lane& lane = lanes_[stint.place];
  lane.busy.add(begin, end, static_cast<double>((end - begin).count()));
  lane.time += end - begin;
  if (std::exchange(lane.worker, stint.worker) != stint.worker) ++lane.workers;
  if (stint.attempt != Ending::returned) return;
  lane.items += stint.count;
  ended_.add(begin, end, static_cast<double>(stint.count));
}

void RunSummary::add_item(const TimedItem& item) {
  if (item.stint != nullptr && is_death(item.ending) && deaths_.size() < marks_max) {
    deaths_.push_back({.place = item.stint->place,
                       .time = clock_.since_begin(item.began + item.time),
                       .ending = item.ending,
                       .index = item.index});
  }
  if (item.is_attempt()) {
    ++retried_;
    return;
  }
  ++items_;
  ++endings_[item.ending];
  const bool has_failed = item.failure != nullptr && item.ending != Ending::cancelled;
  if (has_failed && failures_.size() < failures_max) failures_.push_back(*item.failure);
  if (item.stint == nullptr) {
    ++not_run_;
    return;
  }
  times_.add(item.time);
  add_slow(item);
}

void RunSummary::add_slow(const TimedItem& item) {
  if (slowest_.size() == slowest_max && item.time <= slowest_.back().time) return;
  const auto place = std::ranges::upper_bound(slowest_, item.time, std::ranges::greater{}, &Slow::time);
  slowest_.insert(place, {.index = item.index,
                          .began = clock_.since_begin(item.began),
                          .time = item.time,
                          .place = item.stint->place,
                          .worker = item.stint->worker,
                          .ending = item.ending});
  if (slowest_.size() > slowest_max) slowest_.pop_back();
}

void RunSummary::finish() {
  duration_ = std::max(duration_, clock_.since_begin(RunClock::Steady::now()));
  ended_.fit(duration_);
  for (auto& [place, lane] : lanes_)
    lane.busy.fit(duration_);
}

}  // namespace prong::cli
