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

  // Precondition: the worker has no task, and this has not returned in it.
  void send_to(WorkerLife& worker);
  // Marks the workers in which the call has returned. The failure of one in which it has not, if any.
  [[nodiscard]] std::optional<Failure> settle(std::span<const std::unique_ptr<WorkerLife>> lives);

 private:
  // Each worker's call is a job of its own, of one item.
  struct Running {
    std::uint64_t life = 0;
    std::shared_ptr<JobState> job;
  };

  JobFacts facts_;
  RangePointer record_;
  Segment segment_;
  std::vector<Running> running_;
};

}  // namespace prong::pool
