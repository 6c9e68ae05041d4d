// The way of a task: items in shared memory → the batch → results in the outputs, or runs in the block.
#include "worker/task_run.hpp"

#include "transport/fault_point.hpp"
#include "values/json_writer.hpp"
#include "values/msgpack_check.hpp"
#include "values/msgpack_decoder.hpp"
#include "values/msgpack_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace prong::worker {

namespace {

// Text is moved to the block in pieces of about this size.
constexpr std::size_t text_piece_bytes = std::size_t{256} << 10;

TaskRun& run_of(const prong_batch* batch) { return *static_cast<TaskRun*>(batch->context); }

std::string_view text_of(const prong_view& view) {
  return {static_cast<const char*>(view.data), static_cast<std::size_t>(view.size)};
}

void on_fail(const prong_batch* batch, uint64_t item, const prong_failure* failure) {
  run_of(batch).fail_item(item, text_of(failure->type), text_of(failure->what));
}

int32_t on_emit(const prong_batch* batch, uint64_t item, const void* data, uint64_t size) {
  const std::string_view value{static_cast<const char*>(data), static_cast<std::size_t>(size)};
  return run_of(batch).emit(item, value) ? 0 : 1;
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span{text}); }

std::size_t raw_stride(const values::Type& type) {
  const auto layout = type.layout();
  return layout ? layout->size : 0;
}

// In one copy, unless a test wants to see us die in the middle.
void write_value(std::byte* room, std::string_view value) {
  auto* to = reinterpret_cast<char*>(room);
  const std::size_t half = transport::has_fault_points ? value.size() / 2 : 0;
  value.copy(to, half);
  reach(transport::FaultPoint::half_payload);
  value.copy(to + half, value.size() - half, half);
}

}  // namespace

TaskRun::TaskRun(JobState& job, const transport::SegmentRecord& segment, const transport::Task& task,
                 const SharedData& data, std::byte* own_results, BlockWriter& block)
    : job_{&job},
      segment_{&segment},
      task_{task},
      data_{&data},
      own_results_{own_results},
      block_{&block},
      item_stride_{raw_stride(job.item_type())},
      result_stride_{raw_stride(job.result_type())},
      items_{has_one_result() ? segment.count : task.count},
      transcodes_{prints() || packs()} {}

void TaskRun::run() {
  note_beginning();
  find_items();
  // Reading the items is not yet running one: neither a death nor time that passes here is an item's.
  block_->start();
  call_between_rejected();
  if (!raw_results()) return;
  if (prints()) print_results();
  if (packs()) pack_results();
}

// Functions need not tell the times of items: what an earlier job left there would be taken for them.
void TaskRun::note_beginning() {
  std::uint64_t* times = times_from(0);
  if (times == nullptr) return;
  std::fill_n(times, task_.count, 0);
  const std::chrono::nanoseconds began = block_->began().time_since_epoch();
  times[segment_->count] = static_cast<std::uint64_t>(began.count());
}

// nullptr: nobody asked.
std::uint64_t* TaskRun::times_from(std::uint64_t place) const noexcept {
  if (segment_->times == transport::SegmentRecord::no_times) return nullptr;
  return data_->output<std::uint64_t>(segment_->times) + task_.start + place;
}

void TaskRun::find_items() {
  switch (job_->description().items) {
    case Encoding::raw: {
      const std::size_t offset = segment_->items + task_.start * item_stride_;
      raw_items_ =
          segment_->in_outputs != 0 ? data_->output<std::byte>(offset) : data_->input<std::byte>(offset);
      return;
    }
    case Encoding::json:
    case Encoding::text:
      return item_stride_ != 0 ? decode_raw_items() : decode_items();
    case Encoding::msgpack:
      return item_stride_ != 0 ? decode_raw_items() : unpack_items();
    default:
      return view_items();
  }
}

std::string_view TaskRun::encoded_item(std::uint64_t place) const noexcept {
  const auto* offsets = data_->input<std::uint64_t>(segment_->item_offsets) + task_.start + place;
  return {data_->input<char>(segment_->items) + offsets[0], offsets[1] - offsets[0] - segment_->gap};
}

void TaskRun::view_items() {
  views_.reserve(items_);
  for (std::uint64_t place = 0; place < items_; ++place) {
    const std::string_view item = encoded_item(place);
    views_.push_back({.data = item.data(), .size = item.size()});
  }
}

void TaskRun::decode_raw_items() {
  const bool packed = job_->description().items == Encoding::msgpack;
  decoded_raw_.resize(items_ * item_stride_ / sizeof(std::max_align_t) + 1);
  auto* at = reinterpret_cast<std::byte*>(decoded_raw_.data());
  raw_items_ = at;
  for (std::uint64_t place = 0; place < items_; ++place, at += item_stride_) {
    const std::string_view item = encoded_item(place);
    const auto mismatch = packed ? values::decode_msgpack_raw(job_->item_type(), bytes_of(item), at)
                                 : job_->decoder().decode_raw(item, at);
    if (mismatch) reject(place, mismatch->message());
  }
}

void TaskRun::decode_items() {
  auto& decoder = job_->decoder();
  const bool verbatim = job_->description().items == Encoding::text;
  if (verbatim && values::wire_of(job_->item_type()) == values::Wire::views) return view_items();
  std::vector<std::size_t> ends;
  for (std::uint64_t place = 0; place < items_; ++place) {
    const std::string_view item = encoded_item(place);
    const auto mismatch =
        verbatim ? decoder.decode_text(item, decoded_bytes_) : decoder.decode(item, decoded_bytes_);
    if (mismatch) reject(place, mismatch->message());
    ends.push_back(decoded_bytes_.size());
  }
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    views_.push_back({.data = decoded_bytes_.data() + begin, .size = end - begin});
    begin = end;
  }
}

// Every value is part of its item: nothing is copied.
void TaskRun::unpack_items() {
  view_items();
  const bool own = values::wire_of(job_->item_type()) == values::Wire::msgpack;
  if (own && !job_->description().checks_items) return;
  for (std::uint64_t place = 0; place < items_; ++place) {
    std::string_view value = encoded_item(place);
    const auto item = bytes_of(value);
    const auto mismatch = own ? values::check_msgpack(job_->item_type(), item)
                              : values::view_msgpack(job_->item_type(), item, value);
    if (mismatch) reject(place, mismatch->message());
    views_[place] = {.data = value.data(), .size = value.size()};
  }
}

// A result function takes all items or none.
void TaskRun::reject(std::uint64_t place, const std::string& why) {
  if (!has_one_result()) return fail(place, Ending::rejected, "", why);
  fail(0, Ending::rejected, "", fmt::format("result {}: {}", place, why));
}

void TaskRun::call_between_rejected() {
  if (has_one_result()) return ended(0) ? void() : call(0, items_);
  std::uint64_t begin = 0;
  while (begin < items_) {
    if (ended(begin)) {
      ++begin;
      continue;
    }
    std::uint64_t end = begin + 1;
    while (end < items_ && !ended_.empty() && !ended(end))
      ++end;
    if (ended_.empty()) end = items_;
    call(begin, end);
    begin = end;
  }
}

void TaskRun::call(std::uint64_t begin, std::uint64_t end) {
  base_ = begin;
  endings_ = has_one_result() ? 1 : end - begin;
  prong_batch batch{};
  batch.count = end - begin;
  batch.first_index = segment_->first + task_.start + begin;
  if (segment_->indices != 0) {
    batch.indices = data_->input<std::uint64_t>(segment_->indices) + task_.start + begin;
  }
  batch.item_encoding = item_stride_ != 0                                           ? PRONG_RAW
                        : values::wire_of(job_->item_type()) == values::Wire::views ? PRONG_VIEWS
                                                                                    : PRONG_MSGPACK;
  batch.item_stride = static_cast<std::uint32_t>(item_stride_);
  batch.items = item_stride_ != 0 ? raw_items_ + begin * item_stride_ : nullptr;
  batch.views = item_stride_ != 0 ? nullptr : views_.data() + begin;
  batch.result_encoding = raw_results()                                                 ? PRONG_RAW
                          : values::wire_of(job_->result_type()) == values::Wire::views ? PRONG_VIEWS
                                                                                        : PRONG_MSGPACK;
  batch.result_stride = static_cast<std::uint32_t>(result_stride_);
  batch.results = raw_results() ? result_at(begin) : nullptr;
  batch.flags = task_.exact != 0 ? std::uint32_t{PRONG_EXACT} : 0U;
  batch.progress = block_->count_from(begin);
  batch.item_nanoseconds = times_from(begin);
  batch.context = this;
  batch.fail = on_fail;
  batch.emit = on_emit;
  const int32_t status = job_->call(batch);
  const std::uint64_t done = std::min(__atomic_load_n(batch.progress, __ATOMIC_RELAXED), batch.count);
  settle(begin, begin + endings_, status, begin + (has_one_result() ? 0 : done));
  __atomic_store_n(batch.progress, endings_, __ATOMIC_RELEASE);
}

// Every item of the batch gets an ending, whatever the function left undone.
void TaskRun::settle(std::uint64_t begin, std::uint64_t end, int32_t status, std::uint64_t done) {
  if (status == 0 && raw_results() && (has_one_result() || done == end)) return;
  for (std::uint64_t place = std::max(begin, ended_below_); place < end; ++place) {
    if (ended(place) || (raw_results() && place < done)) continue;
    if (status != 0) {
      fail(place, Ending::threw, "", fmt::format("the function returned {}", status));
    } else if (job_->cancelled()) {
      fail(place, Ending::cancelled, "", "");
    } else {
      fail(place, Ending::threw, "", "the function ended without a result for this item");
    }
  }
}

void TaskRun::fail_item(std::uint64_t item, std::string_view type, std::string_view what) {
  if (item < endings_) fail(base_ + item, Ending::threw, type, what);
}

void TaskRun::fail(std::uint64_t place, Ending ending, std::string_view type, std::string_view what) {
  if (ended(place)) return;
  mark_ended(place);
  type = type.substr(0, limits::failure_text_bytes_max);
  what = what.substr(0, limits::failure_text_bytes_max);
  const transport::FailureHead head{.ending = static_cast<std::uint32_t>(ending),
                                    .type_size = static_cast<std::uint32_t>(type.size())};
  const std::size_t size = sizeof head + type.size() + what.size();
  std::byte* room = block_->reserve(size);
  std::memcpy(room, &head, sizeof head);
  type.copy(reinterpret_cast<char*>(room + sizeof head), type.size());
  what.copy(reinterpret_cast<char*>(room + sizeof head + type.size()), what.size());
  block_->commit(static_cast<std::uint32_t>(place), 0, size);
}

bool TaskRun::fail_too_large(std::uint64_t place, std::size_t size) {
  fail(place, Ending::too_large, "",
       fmt::format("a result of {} bytes; the limit is {}", size, limits::result_bytes_max));
  return false;
}

bool TaskRun::emit(std::uint64_t item, std::string_view value) {
  const std::uint64_t place = base_ + item;
  if (item >= endings_ || raw_results() || ended(place)) return false;
  // Also before it is transcoded: nobody has said that the bytes of such a size are there.
  if (value.size() > limits::result_bytes_max) return fail_too_large(place, value.size());
  if (transcodes_) {
    text_.clear();
    if (const auto mismatch = transcode(value)) {
      fail(place, Ending::threw, "", "the result is not of the function's type: " + mismatch->message());
      return false;
    }
    value = text_;
  }
  std::byte* room = block_->reserve(value.size());
  if (room == nullptr) return fail_too_large(place, value.size());
  write_value(room, value);
  block_->commit(static_cast<std::uint32_t>(place), 1, value.size());
  mark_ended(place);
  return true;
}

std::optional<values::Mismatch> TaskRun::transcode(std::string_view value) {
  if (packs()) {
    values::append_msgpack_view(job_->result_type(), value, text_);
    return {};
  }
  const bool as_text = job_->description().results == Encoding::text;
  auto mismatch = as_text ? values::append_text(job_->result_type(), bytes_of(value), text_)
                          : values::append_json(job_->result_type(), bytes_of(value), text_);
  // The one text of a result function may be whole lines, or none.
  const bool is_lines = as_text && has_one_result() && job_->result_type().kind() == values::Kind::str &&
                        (text_.empty() || text_.ends_with('\n'));
  if (!is_lines) text_ += '\n';
  return mismatch;
}

// Raw results lie in the outputs first also when they are printed or packed: after a crash the host finds the
// finished ones there.
void TaskRun::print_results() {
  const std::uint64_t count = task_.count;
  std::uint64_t place = 0;
  while (place < count) {
    if (ended(place)) {
      ++place;
      continue;
    }
    const std::uint64_t first = place;
    text_.clear();
    while (place < count && !ended(place) && text_.size() < text_piece_bytes) {
      values::append_json_raw(job_->result_type(), result_at(place++), text_);
      text_ += '\n';
    }
    write_text(first, place);
  }
}

void TaskRun::pack_results() {
  for (std::uint64_t place = 0; place < task_.count; ++place) {
    if (ended(place)) continue;
    text_.clear();
    values::append_msgpack_raw(job_->result_type(), result_at(place), text_);
    write_text(place, place + 1);
  }
}

void TaskRun::write_text(std::uint64_t first, std::uint64_t end) {
  std::memcpy(block_->reserve(text_.size()), text_.data(), text_.size());
  block_->commit(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end - first), text_.size());
}

std::byte* TaskRun::result_at(std::uint64_t place) const noexcept {
  if (own_results_ != nullptr) return own_results_ + place * result_stride_;
  return data_->output<std::byte>(segment_->results) + (task_.start + place) * result_stride_;
}

bool TaskRun::has_one_result() const noexcept {
  return job_->description().kind == transport::JobKind::result;
}

bool TaskRun::prints() const noexcept {
  const Encoding results = job_->description().results;
  return results == Encoding::json || results == Encoding::text;
}

bool TaskRun::packs() const noexcept {
  return job_->description().results == Encoding::msgpack &&
         values::wire_of(job_->result_type()) != values::Wire::msgpack;
}

bool TaskRun::ended(std::uint64_t place) const noexcept {
  return place < ended_below_ || (!ended_.empty() && ended_[place]);
}

void TaskRun::mark_ended(std::uint64_t place) {
  if (place == ended_below_) {
    ++ended_below_;
    return;
  }
  if (ended_.empty()) ended_.resize(task_.count);
  ended_[place] = true;
}

}  // namespace prong::worker
