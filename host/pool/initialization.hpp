// The pool's initializer: one call in every worker before its first item.
#pragma once

#include "pool/job_state.hpp"
#include "pool/worker_life.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace prong::pool {

// The engine's lock guards it.
class Initialization {
 public:
  // A map job's facts and record, and a segment of one item.
  Initialization(JobFacts facts, RangePointer record, Segment segment);

  // The same call, of another version of the plugin.
  void renew(Initialization newer);

  // Precondition: the worker has no task, and this has not returned in it.
  void send_to(WorkerLife& worker);
  // Marks the workers in which the call has returned; their slots, where the worker is still the same.
  [[nodiscard]] std::vector<std::uint32_t> settle(std::span<const std::unique_ptr<WorkerLife>> lives);
  // Of a worker in which it has not.
  [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }
  [[nodiscard]] const FileVersion& file() const noexcept { return facts_.file; }
  // The plugin's file is another one by now: nobody can be sent the call before renew().
  [[nodiscard]] bool is_stale() const noexcept { return stale_; }

 private:
  // Each worker's call is a job of its own, of one item.
  struct Running {
    std::uint32_t slot = 0;
    std::uint64_t life = 0;
    std::shared_ptr<JobState> job;
  };
  void count_death();

  JobFacts facts_;
  RangePointer record_;
  Segment segment_;
  std::vector<Running> running_;
  std::optional<Failure> failure_;
  unsigned deaths_ = 0;  // in a row: of workers that died before the call began
  bool stale_ = false;
};

}  // namespace prong::pool
