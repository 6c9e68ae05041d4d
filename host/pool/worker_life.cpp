// The host's end of a channel.
#include "pool/worker_life.hpp"

#include "assertion.hpp"
#include "limits.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <new>
#include <utility>

namespace prong::pool {

namespace {

// A processor's cache line: more than any raw value wants.
constexpr std::size_t result_alignment = 64;

}  // namespace

Failure impossible_report() {
  return {.ending = Ending::crashed,
          .what = "the worker was killed: it wrote an impossible report",
          .signal = SIGKILL};
}

void TaskInFlight::mark_ended(std::uint64_t place, std::uint64_t count) {
  bool possible = place <= range.count && count <= range.count - place && count <= range.count - ended_count;
  for (std::uint64_t i = 0; possible && !ended.empty() && i < count; ++i)
    possible = !ended[place + i];
  assert_that(
      possible, "items of a task end that it does not hold",
      {{"task", id}, {"items", range.count}, {"ended", ended_count}, {"place", place}, {"count", count}});
  ended_count += count;
  if (ended_count == range.count) return;
  if (ended.empty()) ended.resize(range.count);
  std::fill_n(ended.begin() + static_cast<std::ptrdiff_t>(place), count, true);
}

WorkerLife::WorkerLife(std::uint32_t slot_, std::uint64_t life_, std::optional<std::size_t> memory_limit)
    : slot{slot_},
      life{life_},
      channel_file{transport::make_channel_file()},
      wake{transport::make_eventfd()},
      memory_watch{memory_limit},
      mapping_{channel_file, transport::channel_bytes, transport::Access::read_write},
      memory_{mapping_.at<transport::ChannelMemory>(0)},
      task_ring_{memory_->tasks},
      reports_{memory_->reports} {}

void WorkerLife::keep_from_outputs() { room_.emplace(limits::own_results_bytes, result_alignment); }

std::uint64_t WorkerLife::room_for(const JobState& job) const noexcept {
  const std::size_t stride = job.facts().result_stride;
  return room_ && stride != 0 ? room_->largest() / stride : UINT64_MAX;
}

void WorkerLife::send(std::shared_ptr<JobState> job, ItemRange range) {
  const JobFacts& facts = job->facts();
  const bool timed = facts.timed_since.has_value();
  if (facts.item_time_limit || facts.item_processor_limit || timed) range.exact = true;
  const std::size_t results_bytes = room_ ? range.count * job->facts().result_stride : 0;
  const auto own_results = results_bytes != 0 ? room_->allocate(results_bytes) : std::nullopt;
  assert_that(results_bytes == 0 || own_results, "a task without room for its results",
              {{"bytes", results_bytes}});
  const transport::Task task{.id = next_task_++,
                             .job = job->record()->offset(),
                             .segment = range.segment->record->offset(),
                             .start = range.start,
                             .count = static_cast<std::uint32_t>(range.count),
                             .exact = range.exact ? 1U : 0U,
                             .results = own_results ? transport::own_results_offset + *own_results : 0};
  const FileVersion& file = job->facts().file;
  if (file.file != 0 && std::ranges::find(loaded_, file.file, &FileVersion::file) == loaded_.end()) {
    loaded_.push_back(file);
  }
  if (tasks.empty()) {
    watch.restart(busy_since_ = Clock::now());
    memory_watch.restart();
  }
  items += range.count;
  tasks.push_back({.id = task.id,
                   .job = std::move(job),
                   .range = std::move(range),
                   .slot = slot,
                   .pid = pid,
                   .sent = timed ? Clock::now() : Clock::time_point{},
                   .own_results = own_results,
                   .own_results_bytes = results_bytes});
  // More slots than tasks in flight: it is full only when the worker lies about what it has read.
  if (!task_ring_.try_push(task)) disbelieve();
  rung_ = false;
}

void WorkerLife::disbelieve() {
  lied = true;
  if (!killed_for) killed_for = impossible_report();
  transport::kill_process(pidfd, SIGKILL);
}

void WorkerLife::pop_task(Clock::time_point now) {
  busy += now - busy_since_;
  busy_since_ = idle_since = now;
  items_done += tasks.front().range.count;
  finished_a_task = true;
  give_back_room(tasks.front());
  tasks.pop_front();
  watch.restart(now);
  memory_watch.restart();
}

void WorkerLife::give_back_room(const TaskInFlight& task) noexcept {
  if (!task.own_results) return;
  try {
    room_->free(*task.own_results, task.own_results_bytes);
  } catch (const std::bad_alloc&) {
    // It is not used again in this life.
  }
}

Standing WorkerLife::standing() const noexcept {
  const TaskInFlight& task = tasks.front();
  const LastProgress last = last_progress();
  if (last.task == task.id) {
    // A result function's progress is its own business: its one ending is the call's.
    const bool counts = task.job->facts().kind != transport::JobKind::result;
    return {.stage = Standing::Stage::running, .place = counts ? last.ended : 0};
  }
  if (last.loading == task.id) return {.stage = Standing::Stage::loading, .place = 0};
  return {};
}

std::optional<WorkerLife::Clock::time_point> WorkerLife::next_look(Clock::time_point now) const noexcept {
  if (killed_for) return std::nullopt;
  if (condemned) return now + limits::look_time_least;
  if (tasks.empty()) return std::nullopt;
  const JobState& job = *tasks.front().job;
  if (job.has_unwanted()) return now + limits::look_time_least;
  auto next = watch.next_look(job.facts(), now);
  const auto consider = [&](Clock::time_point time) { next = next ? std::min(*next, time) : time; };
  if (const auto look = memory_watch.next_look(job.facts())) consider(*look);
  if (job.cancelled_since()) consider(*job.cancelled_since() + limits::cancel_time);
  return next;
}

bool WorkerLife::holds_other_version(const FileVersion& file) const noexcept {
  const auto same = std::ranges::find(loaded_, file.file, &FileVersion::file);
  return same != loaded_.end() && same->version != file.version;
}

bool WorkerLife::has_loaded_besides(const FileVersion& one, const FileVersion& other) const noexcept {
  return std::ranges::any_of(
      loaded_, [&](const FileVersion& file) { return file.file != one.file && file.file != other.file; });
}

bool WorkerLife::has_run(const FileVersion& file) const noexcept {
  return std::ranges::find(run_, file) != run_.end();
}

void WorkerLife::note_run(const FileVersion& file) {
  if (file.file != 0 && !has_run(file)) run_.push_back(file);
}

// The partner of HostPort::wait_until: we have written, now we look whether it sleeps.
void WorkerLife::ring() {
  if (!std::exchange(rung_, true)) nudge();
}

void WorkerLife::nudge() noexcept {
  // As the worker's wait says (worker/host_port.cpp).
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (memory_->worker.asleep.load(std::memory_order_relaxed) != transport::Asleep::no)
    transport::bump_word(memory_->host.bell);
}

void WorkerLife::release(std::uint64_t block) {
  // release: our reads of the block come before the worker's next writes to it.
  memory_->host.released.store(block, std::memory_order_release);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (memory_->worker.asleep.load(std::memory_order_relaxed) == transport::Asleep::for_room)
    transport::bump_word(memory_->host.bell);
}

bool WorkerLife::was_ready() const noexcept {
  return memory_->worker.ready.load(std::memory_order_relaxed) != 0;
}

std::span<const std::byte> WorkerLife::arena() const noexcept {
  return mapping_.bytes().subspan(transport::arena_offset, limits::arena_bytes);
}

std::span<const std::byte> WorkerLife::own_results(const TaskInFlight& task, std::uint64_t place,
                                                   std::uint64_t count) const noexcept {
  const std::size_t stride = task.job->facts().result_stride;
  return mapping_.bytes().subspan(transport::own_results_offset + *task.own_results + place * stride,
                                  count * stride);
}

// Of a sparse file the system counts the pages. The worker cannot give a page back and keep what was in it.
bool WorkerLife::can_have_written(std::size_t size) const noexcept {
  constexpr std::size_t block_bytes = 512;  // of st_blocks, whatever the file system's own
  if (size <= limits::believed_bytes) return true;
  struct stat facts{};
  return ::fstat(channel_file.number(), &facts) == 0 &&
         size <= static_cast<std::size_t>(facts.st_blocks) * block_bytes;
}

std::optional<CrashReport> WorkerLife::told_crash(int signal) const {
  return read_crash(memory_->crash, signal);
}

LastProgress WorkerLife::last_progress() const noexcept { return read_progress(memory_->progress); }

}  // namespace prong::pool
