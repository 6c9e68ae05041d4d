// The host's end of a channel.
#include "pool/worker_life.hpp"

#include <algorithm>

namespace prong::pool {

WorkerLife::WorkerLife(std::uint32_t slot_, std::uint64_t life_)
    : slot{slot_},
      life{life_},
      channel_file{transport::make_channel_file()},
      wake{transport::make_eventfd()},
      mapping_{channel_file, transport::channel_bytes, transport::Access::read_write},
      memory_{mapping_.at<transport::ChannelMemory>(0)},
      task_ring_{memory_->tasks},
      reports_{memory_->reports} {}

void WorkerLife::send(std::shared_ptr<JobState> job, ItemRange range) {
  const transport::Task task{.id = next_task_++,
                             .job = job->record()->offset(),
                             .segment = range.segment->record->offset(),
                             .start = range.start,
                             .count = static_cast<std::uint32_t>(range.count),
                             .exact = range.exact ? 1U : 0U};
  const FileVersion& file = job->facts().file;
  if (file.file != 0 && std::ranges::find(loaded_, file.file, &FileVersion::file) == loaded_.end()) {
    loaded_.push_back(file);
  }
  if (tasks.empty() && job->facts().task_time_limit) deadline = Clock::now() + *job->facts().task_time_limit;
  tasks.push_back({.id = task.id, .job = std::move(job), .range = std::move(range), .ended = {}});
  // Fails only when the worker lies about what it has read: then nobody answers, and the task ends with it.
  static_cast<void>(task_ring_.try_push(task));
}

bool WorkerLife::holds_other_version(const FileVersion& file) const noexcept {
  const auto same = std::ranges::find(loaded_, file.file, &FileVersion::file);
  return same != loaded_.end() && same->version != file.version;
}

// The partner of HostPort::wait_until: we have written, now we look whether it sleeps.
void WorkerLife::ring() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (memory_->worker.asleep.load(std::memory_order_relaxed) != 0) transport::bump_word(memory_->host.bell);
}

void WorkerLife::release(std::uint64_t block) {
  // release: our reads of the block come before the worker's next writes to it.
  memory_->host.released.store(block, std::memory_order_release);
  ring();
}

// The partner of HostPort::send: it writes a report, then looks at this word.
void WorkerLife::attend(bool attended) noexcept {
  memory_->host.attended.store(attended ? 1 : 0, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

bool WorkerLife::was_ready() const noexcept {
  return memory_->worker.ready.load(std::memory_order_relaxed) != 0;
}

std::span<const std::byte> WorkerLife::arena() const noexcept {
  return mapping_.bytes().subspan(transport::arena_offset);
}

LastProgress WorkerLife::last_progress() const noexcept { return read_progress(memory_->progress); }

}  // namespace prong::pool
