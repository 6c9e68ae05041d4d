// A job as a worker knows it, from its first task to its end: what it does, and what its function keeps
// between batches.
#pragma once

#include "worker/call_form.hpp"

#include <memory>
#include <utility>

namespace prong::worker {

class JobState {
 public:
  JobState(const transport::JobRecord& record, std::shared_ptr<CallForm> form);
  ~JobState();  // ends the function's prepared state: runs plugin code
  JobState(const JobState&) = delete;
  JobState& operator=(const JobState&) = delete;

  // Runs plugin code.
  [[nodiscard]] const std::optional<RefusalText>& load(const FindDefined& find_defined) {
    return form_->load(find_defined);
  }
  // Whether load() has nothing left to do.
  [[nodiscard]] bool is_loaded() const noexcept { return form_->is_loaded(); }

  [[nodiscard]] const transport::JobDescription& description() const noexcept { return form_->description(); }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] std::uint32_t place() const noexcept { return place_; }  // of PoolWords::open_jobs
  [[nodiscard]] bool cancelled() const noexcept;
  // Whether the destructor has something to run.
  [[nodiscard]] bool has_prepared() const noexcept {
    return state_.object != nullptr && state_.destroy != nullptr;
  }
  [[nodiscard]] const values::Type& item_type() const noexcept { return form_->item_type(); }
  [[nodiscard]] const values::Type& result_type() const noexcept { return form_->result_type(); }
  [[nodiscard]] values::JsonDecoder& decoder() noexcept { return form_->decoder(); }

  // Calls the function. The batch's fields that are the job's are filled in here.
  [[nodiscard]] int32_t call(prong_batch& batch);

 private:
  const transport::JobRecord* record_;
  // The record's memory is another's when the job is over.
  std::uint64_t number_;
  std::uint64_t seed_;
  std::uint32_t place_;
  std::shared_ptr<CallForm> form_;
  prong_state state_{};
};

}  // namespace prong::worker
