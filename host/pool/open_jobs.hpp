// Which jobs workers may still need: written where all of them read it.
#pragma once

#include "transport/channel.hpp"

#include <cstdint>
#include <numeric>
#include <vector>

namespace prong::pool {

// The engine's lock guards it.
class OpenJobs {
 public:
  explicit OpenJobs(transport::PoolWords& words) : words_{&words}, free_(limits::open_jobs_max) {
    std::iota(free_.rbegin(), free_.rend(), 0U);
  }

  // The job's place, for its record. limits::open_jobs_max: there is none left, and workers may forget what
  // they keep of this job whenever they have nothing to do.
  [[nodiscard]] std::uint32_t enter(std::uint64_t job) noexcept {
    if (free_.empty()) return limits::open_jobs_max;
    const std::uint32_t place = free_.back();
    free_.pop_back();
    // relaxed, here and below: whoever sees a task of the job sees this too, and tidies up at some time.
    words_->open_jobs[place].store(job, std::memory_order_relaxed);
    return place;
  }

  void leave(std::uint32_t place) noexcept {
    if (place == limits::open_jobs_max) return;
    words_->open_jobs[place].store(0, std::memory_order_relaxed);
    free_.push_back(place);
  }

 private:
  transport::PoolWords* words_;
  std::vector<std::uint32_t> free_;
};

}  // namespace prong::pool
