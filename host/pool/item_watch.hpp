// Whether what a worker does has had its time. Nobody tells the host when an item starts: it looks at the
// worker's progress record again and again, and a thing's time runs from the first look that saw it, so that
// it may take a little longer than its limit and never less. Plain logic; clock and process are the caller's.
#pragma once

#include "pool/job_state.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>

namespace prong::pool {

// What a worker does about its first task, at one look. A claim; a lie costs the liar's own items.
struct Standing {
  enum class Stage : std::uint8_t { waiting, loading, running };  // in this order
  Stage stage = Stage::waiting;                                   // waiting: it has not taken the task
  std::uint64_t place = 0;                                        // running: of the item in the task
  friend auto operator<=>(const Standing&, const Standing&) = default;
};

enum class Overdue : std::uint8_t { nothing, taking, loading, item, item_on_processor };

class ItemWatch {
 public:
  using Clock = JobState::Clock;

  // Another task is the worker's first.
  void restart(Clock::time_point now) noexcept;
  // A look; tells what has taken longer than the job allows. `used` is the processor time of the worker's
  // life.
  [[nodiscard]] Overdue look(const Standing& standing, const JobFacts& facts, Clock::time_point now,
                             std::chrono::nanoseconds used = {}) noexcept;
  // When to look next; nothing when nothing presses.
  [[nodiscard]] std::optional<Clock::time_point> next_look(const JobFacts& facts,
                                                           Clock::time_point now) const noexcept;

 private:
  Standing standing_;
  unsigned steps_back_ = 0;
  Clock::time_point since_{};
  std::chrono::nanoseconds used_since_{};
};

// The same for what a worker does between tasks: of an ended job it destroys the prepared state.
class TidyWatch {
 public:
  using Clock = JobState::Clock;

  // A look; `job`: whose state is being destroyed, 0 for none. Tells whether that has taken longer than
  // `limit`.
  [[nodiscard]] bool look(std::uint64_t job, Clock::time_point now, std::chrono::nanoseconds limit) noexcept;
  // When to look next; nothing when nothing is being destroyed.
  [[nodiscard]] std::optional<Clock::time_point> next_look(std::chrono::nanoseconds limit) const noexcept;

 private:
  std::uint64_t job_ = 0;
  Clock::time_point since_{};
};

}  // namespace prong::pool
