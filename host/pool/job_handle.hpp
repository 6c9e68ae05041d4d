// What a caller's Job holds: the job, and the engine that it needs as long.
#pragma once

#include "pool/engine.hpp"

#include <memory>

namespace prong::pool {

class JobHandle {
 public:
  JobHandle(std::shared_ptr<Engine> engine, std::shared_ptr<JobState> job)
      : engine_{std::move(engine)}, job_{std::move(job)} {}
  // Nobody can take what it would still give.
  ~JobHandle() { engine_->drop(*job_); }
  JobHandle(const JobHandle&) = delete;
  JobHandle& operator=(const JobHandle&) = delete;

  [[nodiscard]] Engine& engine() const noexcept { return *engine_; }
  [[nodiscard]] JobState& job() const noexcept { return *job_; }

 private:
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<JobState> job_;
};

}  // namespace prong::pool
