// What a caller's Job holds: the job, and the engine that it needs as long.
#pragma once

#include "pool/engine.hpp"

#include <memory>
#include <utility>

namespace prong::pool {

class JobHandle {
 public:
  JobHandle(std::shared_ptr<Engine> engine, std::shared_ptr<JobState> job)
      : engine_{std::move(engine)}, job_{std::move(job)} {}
  // Nobody can take what it would still give. In a child of the host there is nothing to be told to anybody.
  ~JobHandle() {
    if (engine_->is_owner()) {
      engine_->drop(*job_);
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

 private:
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<JobState> job_;
};

}  // namespace prong::pool
