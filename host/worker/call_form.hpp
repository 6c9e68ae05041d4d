// What jobs that do the same share in a worker: the function, its types, its bound arguments.
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

class CallForm {
 public:
  explicit CallForm(const transport::DescriptionRecord& record);
  CallForm(const CallForm&) = delete;
  CallForm& operator=(const CallForm&) = delete;

  // Finds the function, loading its file when need be; once. Runs plugin code.
  [[nodiscard]] const std::optional<RefusalText>& load(const FindDefined& find_defined);

  // Whether load() has nothing left to do.
  [[nodiscard]] bool is_loaded() const noexcept { return function_ || refusal_; }

  [[nodiscard]] const transport::JobDescription& description() const noexcept { return description_; }
  [[nodiscard]] const values::Type& item_type() const noexcept { return decoder_.type(); }
  [[nodiscard]] const values::Type& result_type() const noexcept { return result_type_; }
  [[nodiscard]] values::JsonDecoder& decoder() noexcept { return decoder_; }

  // Calls the function. The batch's fields that are the same for all jobs are filled in here.
  [[nodiscard]] int32_t call(prong_batch& batch) const;

 private:
  void lay_out_bound();

  transport::JobDescription description_;
  values::JsonDecoder decoder_;
  values::Type result_type_;
  std::deque<std::vector<std::max_align_t>> bound_values_;
  std::vector<prong_bound> bound_;
  BatchFunction function_;  // empty: not found yet
  std::optional<RefusalText> refusal_;
};

}  // namespace prong::worker
