// One small job for each worker.
#include "pool/initialization.hpp"

#include <algorithm>
#include <utility>

namespace prong::pool {

Initialization::Initialization(JobFacts facts, RangePointer record, Segment segment)
    : facts_{std::move(facts)}, record_{std::move(record)}, segment_{std::move(segment)} {}

void Initialization::send_to(WorkerLife& worker) {
  auto job = std::make_shared<JobState>(facts_, record_);
  job->add(std::make_shared<Segment>(segment_));
  worker.send(job, *job->take(1));
  worker.ring();
  running_.push_back({.life = worker.life, .job = std::move(job)});
}

// A worker that died before it began gives the item back to a job that nobody looks at any more: its
// successor has a call of its own.
std::optional<Failure> Initialization::settle(std::span<const std::unique_ptr<WorkerLife>> lives) {
  std::optional<Failure> failure;
  std::erase_if(running_, [&](Running& running) {
    const auto worker =
        std::ranges::find_if(lives, [&](const auto& one) { return one && one->life == running.life; });
    if (!running.job->all_ended()) return running.job->waiting_items() != 0;
    const Piece piece = running.job->hand_over();
    if (!piece.failures.empty()) {
      failure = piece.failures.front();
    } else if (worker != lives.end()) {
      (*worker)->initialized = true;
    }
    return true;
  });
  return failure;
}

}  // namespace prong::pool
