// One task from its items to its block: decode, call, print.
#pragma once

#include "transport/channel.hpp"
#include "values/mismatch.hpp"
#include "worker/block_writer.hpp"
#include "worker/job_state.hpp"
#include "worker/shared_data.hpp"

#include <prong/outcome.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prong::worker {

// Makes one, runs it, drops it. Places are numbers in [0, task.count).
class TaskRun {
 public:
  // Fixed-size results go to `own_results`, or into the outputs when that is null.
  TaskRun(JobState& job, const transport::SegmentRecord& segment, const transport::Task& task,
          const SharedData& data, std::byte* own_results, BlockWriter& block);

  void run();

  // What the batch's callbacks do, of an item of it.
  void fail_item(std::uint64_t item, std::string_view type, std::string_view what);
  [[nodiscard]] bool emit(std::uint64_t item, std::string_view value);

 private:
  // Items of raw type start at `raw_items_`, others are `views_`; either way place by place.
  void note_beginning();
  [[nodiscard]] std::uint64_t* times_from(std::uint64_t place) const noexcept;
  void find_items();
  void view_items();
  void decode_raw_items();
  void decode_items();
  void unpack_items();
  [[nodiscard]] std::string_view encoded_item(std::uint64_t place) const noexcept;
  [[nodiscard]] std::byte* result_at(std::uint64_t place) const noexcept;

  void fail(std::uint64_t place, Ending ending, std::string_view type, std::string_view what);
  bool fail_too_large(std::uint64_t place, std::size_t size);  // false
  void reject(std::uint64_t place, const std::string& why);
  void call_between_rejected();
  void call(std::uint64_t begin, std::uint64_t end);
  void settle(std::uint64_t begin, std::uint64_t end, int32_t status, std::uint64_t done);
  // Appends what was emitted to `text_`, as the caller wants it.
  [[nodiscard]] std::optional<values::Mismatch> transcode(std::string_view value);
  void print_results();
  void pack_results();
  void write_text(std::uint64_t first, std::uint64_t end);

  [[nodiscard]] bool raw_results() const noexcept { return result_stride_ != 0; }
  [[nodiscard]] bool prints() const noexcept;
  // Results become MessagePack, which the function does not return.
  [[nodiscard]] bool packs() const noexcept;
  [[nodiscard]] bool has_one_result() const noexcept;
  [[nodiscard]] bool ended(std::uint64_t place) const noexcept;
  void mark_ended(std::uint64_t place);

  JobState* job_;
  const transport::SegmentRecord* segment_;
  transport::Task task_;
  const SharedData* data_;
  std::byte* own_results_;
  BlockWriter* block_;
  std::size_t item_stride_ = 0;    // 0: not raw
  std::size_t result_stride_ = 0;  // 0: not raw
  const std::byte* raw_items_ = nullptr;
  std::vector<std::max_align_t> decoded_raw_;
  std::string decoded_bytes_;
  std::vector<prong_view> views_;
  // Places that a run names: those below `ended_below_`, as results mostly come in order, and, of the others,
  // those of `ended_`; empty: none.
  std::uint64_t ended_below_ = 0;
  std::vector<bool> ended_;
  std::string text_;
  std::uint64_t items_ = 0;    // places of items: task.count, or all of them for a result function
  std::uint64_t base_ = 0;     // place of item 0 of the batch that runs
  std::uint64_t endings_ = 0;  // how many that batch has
  const bool transcodes_;      // what was emitted
};

}  // namespace prong::worker
