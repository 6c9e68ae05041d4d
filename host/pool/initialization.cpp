// One small job for each worker.
#include "pool/initialization.hpp"

#include "limits.hpp"

#include <utility>

namespace prong::pool {

Initialization::Initialization(JobFacts facts, RangePointer record, Segment segment)
    : facts_{std::move(facts)}, record_{std::move(record)}, segment_{std::move(segment)} {
  facts_.one_worker = true;
}

void Initialization::renew(Initialization newer) {
  facts_ = std::move(newer.facts_);
  record_ = std::move(newer.record_);
  segment_ = std::move(newer.segment_);
  stale_ = false;
}

void Initialization::send_to(WorkerLife& worker) {
  auto job = std::make_shared<JobState>(facts_, record_);
  job->add(std::make_shared<Segment>(segment_));
  worker.send(job, *job->take(1));
  worker.items = 0;  // it is none of the caller's
  worker.ring();
  running_.push_back({.slot = worker.slot, .life = worker.life, .job = std::move(job)});
}

// A worker that died before it began gives the item back to a job that nobody looks at any more: its
// successor has a call of its own.
std::vector<std::uint32_t> Initialization::settle(std::span<const std::unique_ptr<WorkerLife>> lives) {
  std::vector<std::uint32_t> returned;
  std::erase_if(running_, [&](Running& running) {
    if (!running.job->all_ended()) {
      if (running.job->waiting_items() == 0) return false;
      count_death();
      return true;
    }
    const Piece piece = running.job->hand_over();
    const auto& worker = lives[running.slot];
    if (!piece.failures.empty()) {
      const Failure& failure = piece.failures.front();
      if (failure.type == "replaced") {
        stale_ = stale_ || running.job->facts().file.version == facts_.file.version;
      } else if (!failure_) {
        failure_ = failure;
      }
    } else if (worker && worker->life == running.life) {
      worker->initialized = true;
      worker->items_done = 0;
      deaths_ = 0;
      returned.push_back(running.slot);
    }
    return true;
  });
  return returned;
}

// A plugin that kills whoever loads it would use up workers for ever.
void Initialization::count_death() {
  if (++deaths_ <= limits::barren_deaths_max || failure_) return;
  failure_ = Failure{.ending = Ending::lost,
                     .function = facts_.function,
                     .what = "its workers die before they can start it"};
}

}  // namespace prong::pool
