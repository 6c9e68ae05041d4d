// Places blocks in the arena. A block starts at the front whenever it can, so that the same few pages serve
// for ever: a page that was written before costs nothing, a fresh one about 2 µs.
#include "worker/block_writer.hpp"

#include <algorithm>

namespace prong::worker {

namespace {

// Data that a block should have room for before it is worth opening there.
constexpr std::size_t room_wanted = std::size_t{4} << 20;

}  // namespace

BlockWriter::BlockWriter(transport::ChannelMemory& memory, std::span<std::byte> arena,
                         HostPort& port) noexcept
    : memory_{&memory}, arena_{arena}, port_{&port} {}

void BlockWriter::begin(const transport::Task& task) {
  task_ = task;
  started_ = reported_ ? *reported_ : Clock::now();
  memory_->progress.task.store(0, std::memory_order_release);
  static_cast<void>(count_from(0));
  open_block(room_wanted);
}

void BlockWriter::start() noexcept {
  // release: who finds this task finds its block and its count.
  memory_->progress.task.store(task_.id, std::memory_order_release);
  memory_->progress.loading.store(0, std::memory_order_relaxed);
}

std::uint64_t* BlockWriter::count_from(std::uint64_t base) noexcept {
  auto& progress = memory_->progress;
  const std::uint64_t other = 1 - span_;
  // Relaxed stores, then one release store that turns to them; the reader looks after our death.
  std::atomic_ref{progress.spans[other].base}.store(base, std::memory_order_relaxed);
  std::atomic_ref{progress.spans[other].done}.store(0, std::memory_order_relaxed);
  progress.current.store(other, std::memory_order_release);
  span_ = other;
  return &progress.spans[other].done;
}

void BlockWriter::open_block(std::size_t room) {
  const std::size_t needed = transport::run_table_bytes(task_.count) + room;
  forget_released();
  if (unreleased_.empty()) {
    begin_ = 0;
    limit_ = arena_.size();
  } else if (unreleased_.front().begin >= needed) {
    begin_ = 0;
    limit_ = unreleased_.front().begin;
  } else {
    begin_ = unreleased_.back().end;
    limit_ = begin_ <= unreleased_.front().begin ? unreleased_.front().begin : arena_.size();
  }
  if (limit_ - begin_ < needed) {
    port_->wait_for_release(unreleased_.back().serial);
    return open_block(room);
  }
  at_ = data_begin();
  table_ = reinterpret_cast<transport::Run*>(arena_.data() + begin_);
  runs_ = 0;
  auto& progress = memory_->progress;
  progress.runs.store(0, std::memory_order_relaxed);
  progress.offset.store(begin_, std::memory_order_relaxed);
  // release: a reader that finds this number finds the two lines above.
  progress.block.store(++serial_, std::memory_order_release);
}

void BlockWriter::forget_released() noexcept {
  const std::uint64_t released = port_->released();
  while (!unreleased_.empty() && unreleased_.front().serial <= released)
    unreleased_.pop_front();
}

std::byte* BlockWriter::make_room(std::size_t size) {
  if (size > limits::result_bytes_max) return nullptr;
  report(transport::ReportKind::part);
  open_block(std::max(size, room_wanted));
  return arena_.data() + at_;
}

void BlockWriter::report(transport::ReportKind kind) noexcept {
  const auto now = Clock::now();
  reported_ = now;
  // An empty block takes no room, and nobody waits for its release.
  if (runs_ > 0) {
    unreleased_.push_back({.serial = serial_, .begin = begin_, .end = transport::round_up(at_, 64)});
  }
  port_->send({.task = task_.id,
               .kind = kind,
               .block = serial_,
               .offset = begin_,
               .runs = runs_,
               .nanoseconds = static_cast<std::uint64_t>((now - started_).count())});
}

void BlockWriter::finish(transport::ReportKind kind) noexcept { report(kind); }

}  // namespace prong::worker
