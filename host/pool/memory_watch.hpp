// Whether a worker takes memory that no limit of a process counts: the tables by which the kernel finds its
// pages, and shared memory that a plugin makes while it is loaded. Plain logic; clock and process are the
// caller's.
#pragma once

#include "pool/job_state.hpp"
#include "pool/process_facts.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace prong::pool {

class MemoryWatch {
 public:
  using Clock = JobState::Clock;

  // Bytes; none: page tables are not bounded, and what a plugin takes while it is looked at or loaded is by
  // half of the machine's memory.
  explicit MemoryWatch(std::optional<std::size_t> limit) noexcept;

  // Another task is the worker's first.
  void restart() noexcept { at_first_.reset(); }
  // When to look next for this task's sake; nothing: never. It may have passed.
  [[nodiscard]] std::optional<Clock::time_point> next_look(const JobFacts& facts) const noexcept;
  // A look; tells what is too much.
  [[nodiscard]] std::optional<std::string> look(const MemoryUse& use, const JobFacts& facts,
                                                Clock::time_point now);

 private:
  std::optional<std::size_t> limit_;
  Clock::time_point looked_at_{};
  std::optional<std::size_t> at_first_{};  // while it loads: what it had when it was first looked at
};

}  // namespace prong::pool
