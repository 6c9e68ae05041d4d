// What a caller's Job holds: the job, and the engine that it needs as long.
#pragma once

#include "pool/engine.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace prong::pool {

class JobHandle {
 public:
  JobHandle(std::shared_ptr<Engine> engine, std::shared_ptr<JobState> job)
      : engine_{std::move(engine)}, job_{std::move(job)} {}
  // Nobody can take what it would still give, and it is given up unless it was detached. In a child of the
  // host there is nothing to be told to anybody.
  ~JobHandle() {
    if (engine_->is_owner()) {
      detached_ ? engine_->detach(*job_) : engine_->drop(*job_);
    } else {
      static_cast<void>(new std::pair{std::move(engine_), std::move(job_)});
    }
  }
  JobHandle(const JobHandle&) = delete;
  JobHandle& operator=(const JobHandle&) = delete;

  // Throws UsageError in a child of the host.
  [[nodiscard]] Engine& engine() const {
    engine_->check_owner();
    return *engine_;
  }
  [[nodiscard]] JobState& job() const noexcept { return *job_; }
  [[nodiscard]] const std::shared_ptr<JobState>& shared_job() const noexcept { return job_; }
  void detach() noexcept { detached_ = true; }

 private:
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<JobState> job_;
  std::atomic<bool> detached_ = false;
};

}  // namespace prong::pool
