// What a report tells of a run, in bounded memory, however many items there are.
#pragma once

#include "cli/report/time_series.hpp"
#include "cli/run_clock.hpp"
#include "cli/timed_items.hpp"

#include <prong/call.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace prong::cli {

// How many items took how long: ten bins for each power of ten, from 10 ns on.
class TimeHistogram {
 public:
  static constexpr std::size_t bins_per_decade = 10;
  static constexpr std::size_t bins_count = 12 * bins_per_decade;

  void add(std::chrono::nanoseconds time);
  [[nodiscard]] const std::array<std::uint64_t, bins_count>& bins() const noexcept { return bins_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  // In nanoseconds.
  [[nodiscard]] static double begin_of(std::size_t bin);
  // Below which this part of the items lies, as well as the bins tell it; in nanoseconds.
  [[nodiscard]] double quantile(double part) const;

 private:
  std::array<std::uint64_t, bins_count> bins_{};
  std::uint64_t count_ = 0;
};

class RunSummary {
 public:
  explicit RunSummary(const RunClock& clock) : clock_{clock} {}

  void record(const Piece& piece);
  // The run is over: all series get equal steps.
  void finish();

  struct Slow {
    std::uint64_t index = 0;
    std::chrono::nanoseconds began{0};
    std::chrono::nanoseconds time{0};
    unsigned place = 0;
    int worker = 0;
    Ending ending = Ending::returned;
  };
  struct Mark {
    unsigned place = 0;
    std::chrono::nanoseconds time{0};
    Ending ending = Ending::crashed;
    std::uint64_t index = 0;
  };
  struct Lane {
    TimeSeries busy;  // nanoseconds
    std::uint64_t items = 0;
    std::chrono::nanoseconds time{0};
    int worker = 0;  // the last one
    unsigned workers = 0;
  };

  static constexpr std::size_t slowest_max = 20;
  static constexpr std::size_t failures_max = 200;
  static constexpr std::size_t marks_max = 1000;

  [[nodiscard]] const RunClock& clock() const noexcept { return clock_; }
  [[nodiscard]] std::chrono::nanoseconds duration() const noexcept { return duration_; }
  [[nodiscard]] const std::map<unsigned, Lane>& lanes() const noexcept { return lanes_; }
  [[nodiscard]] const TimeSeries& ended() const noexcept { return ended_; }
  [[nodiscard]] const TimeHistogram& times() const noexcept { return times_; }
  // The slowest first.
  [[nodiscard]] const std::vector<Slow>& slowest() const noexcept { return slowest_; }
  [[nodiscard]] const std::vector<Mark>& deaths() const noexcept { return deaths_; }
  // The first ones; how many there were of each kind.
  [[nodiscard]] const std::vector<Failure>& failures() const noexcept { return failures_; }
  [[nodiscard]] const std::map<Ending, std::uint64_t>& endings() const noexcept { return endings_; }
  [[nodiscard]] std::uint64_t items() const noexcept { return items_; }
  [[nodiscard]] std::uint64_t failed() const noexcept;                       // without what was given up
  [[nodiscard]] std::uint64_t not_run() const noexcept { return not_run_; }  // by a worker
  [[nodiscard]] std::uint64_t given_up() const noexcept;                     // when the run was interrupted
  [[nodiscard]] std::uint64_t retried() const noexcept { return retried_; }

 private:
  void add_stint(const Stint& stint);
  void add_item(const TimedItem& item);
  void add_slow(const TimedItem& item);

  RunClock clock_;
  std::chrono::nanoseconds duration_{0};
  std::map<unsigned, Lane> lanes_;  // by place
  TimeSeries ended_;                // items
  TimeHistogram times_;
  std::vector<Slow> slowest_;
  std::vector<Mark> deaths_;
  std::vector<Failure> failures_;
  std::map<Ending, std::uint64_t> endings_;
  std::uint64_t items_ = 0;
  std::uint64_t not_run_ = 0;
  std::uint64_t retried_ = 0;
};

}  // namespace prong::cli
