// A job as a worker knows it, from its first task to its end: the function, its types, its bound arguments,
// and what it keeps between batches.
#pragma once

#include "transport/job_record.hpp"
#include "values/json_decoder.hpp"
#include "values/type.hpp"
#include "worker/loaded_plugin.hpp"

#include <prong/plugin.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace prong::worker {

class JobState {
 public:
  explicit JobState(const transport::JobRecord& record);
  ~JobState();  // ends the function's prepared state: runs plugin code
  JobState(const JobState&) = delete;
  JobState& operator=(const JobState&) = delete;

  // Finds the function, loading its file when need be; once. Runs plugin code.
  [[nodiscard]] const std::optional<RefusalText>& load(const FindDefined& find_defined);

  [[nodiscard]] const transport::JobDescription& description() const noexcept { return description_; }
  [[nodiscard]] std::uint32_t place() const noexcept { return place_; }  // of PoolWords::open_jobs
  [[nodiscard]] bool cancelled() const noexcept;
  [[nodiscard]] const values::Type& item_type() const noexcept { return decoder_.type(); }
  [[nodiscard]] const values::Type& result_type() const noexcept { return result_type_; }
  [[nodiscard]] values::JsonDecoder& decoder() noexcept { return decoder_; }

  // Calls the function. The batch's fields that are the job's are filled in here.
  [[nodiscard]] int32_t call(prong_batch& batch);

 private:
  void lay_out_bound();

  const transport::JobRecord* record_;
  std::uint32_t place_;  // the record's memory is another's when the job is over
  transport::JobDescription description_;
  values::JsonDecoder decoder_;
  values::Type result_type_;
  std::deque<std::vector<std::max_align_t>> bound_values_;
  std::vector<prong_bound> bound_;
  BatchFunction function_;  // empty: not found yet
  std::optional<RefusalText> refusal_;
  prong_state state_{};
};

}  // namespace prong::worker
