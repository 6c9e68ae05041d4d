// What of a batch is the job's own.
#include "worker/job_state.hpp"

namespace prong::worker {

JobState::JobState(const transport::JobRecord& record, std::shared_ptr<CallForm> form)
    : record_{&record},
      number_{record.number},
      seed_{record.seed},
      place_{record.place},
      form_{std::move(form)} {}

JobState::~JobState() {
  if (has_prepared()) state_.destroy(state_.object);
}

// relaxed: a hint; nothing else is read because of it.
bool JobState::cancelled() const noexcept { return record_->cancelled.load(std::memory_order_relaxed) != 0; }

int32_t JobState::call(prong_batch& batch) {
  batch.seed = seed_;
  batch.cancel = reinterpret_cast<const std::uint32_t*>(&record_->cancelled);
  batch.state = &state_;
  return form_->call(batch);
}

}  // namespace prong::worker
