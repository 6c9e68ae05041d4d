// What a caller's Job holds: the job, and the backend that it needs as long.
#pragma once

#include "pool/backend.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace prong::pool {

class JobHandle {
 public:
  JobHandle(std::shared_ptr<Backend> backend, std::shared_ptr<JobState> job)
      : backend_{std::move(backend)}, job_{std::move(job)} {}
  // Nobody can take what it would still give, and it is given up unless it was detached. In a child of the
  // host there is nothing to be told to anybody.
  ~JobHandle() {
    if (backend_->is_owner()) {
      detached_ ? backend_->detach(*job_) : backend_->drop(*job_);
    } else {
      static_cast<void>(new std::pair{std::move(backend_), std::move(job_)});
    }
  }
  JobHandle(const JobHandle&) = delete;
  JobHandle& operator=(const JobHandle&) = delete;

  // Throws UsageError in a child of the host.
  [[nodiscard]] Backend& backend() const {
    backend_->check_owner();
    return *backend_;
  }
  [[nodiscard]] JobState& job() const noexcept { return *job_; }
  [[nodiscard]] const std::shared_ptr<JobState>& shared_job() const noexcept { return job_; }
  void detach() noexcept { detached_ = true; }

 private:
  std::shared_ptr<Backend> backend_;
  std::shared_ptr<JobState> job_;
  std::atomic<bool> detached_ = false;
};

}  // namespace prong::pool
