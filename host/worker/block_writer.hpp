// Writes what a task makes into the arena, and reports it; splits it into parts when the arena is full.
#pragma once

#include "limits.hpp"
#include "transport/channel.hpp"
#include "transport/fault_point.hpp"
#include "worker/host_port.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <span>

namespace prong::worker {

class BlockWriter {
 public:
  BlockWriter(transport::ChannelMemory& memory, std::span<std::byte> arena, HostPort& port) noexcept;

  // Opens the task's first block. Until start(), whoever looks after our death finds that nothing has
  // started.
  void begin(const transport::Task& task);
  [[nodiscard]] std::chrono::steady_clock::time_point began() const noexcept { return started_; }
  // Says in the progress record that the task's first item starts.
  void start() noexcept;

  // Room for `size` bytes after what was committed; valid until the next call of any kind. nullptr when it
  // exceeds the limit of one result. [blocks] while the arena is full.
  [[nodiscard]] std::byte* reserve(std::size_t size) {
    return size <= std::min(limit_ - at_, limits::result_bytes_max) ? arena_.data() + at_ : make_room(size);
  }
  // The next `size` bytes, reserved and written, are what became of these items.
  void commit(std::uint32_t first, std::uint32_t count, std::size_t size) noexcept {
    at_ += size;
    table_[runs_] = {.end = at_ - data_begin(), .first = first, .count = count};
    transport::reach(transport::FaultPoint::before_commit);
    // release: the run and its bytes come before its number.
    memory_->progress.runs.store(++runs_, std::memory_order_release);
  }

  // The word of the progress record that counts the items that have ended from item `base` on.
  [[nodiscard]] std::uint64_t* count_from(std::uint64_t base) noexcept;

  // What passes from here to the next task is not that one's time.
  void rest() noexcept { reported_.reset(); }

  // Ends the task.
  void finish(transport::ReportKind kind) noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  struct Block {
    std::uint64_t serial = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  void open_block(std::size_t room);
  [[nodiscard]] std::byte* make_room(std::size_t size);
  void report(transport::ReportKind kind) noexcept;
  void forget_released() noexcept;
  [[nodiscard]] std::size_t data_begin() const noexcept {
    return begin_ + transport::run_table_bytes(task_.count);
  }

  transport::ChannelMemory* memory_;
  std::span<std::byte> arena_;
  HostPort* port_;
  transport::Task task_;
  Clock::time_point started_;
  std::optional<Clock::time_point> reported_;  // when the task before this one ended, right before it
  std::deque<Block> unreleased_;               // reported, oldest first
  std::uint64_t serial_ = 0;                   // of the open block
  std::size_t begin_ = 0;                      // of the open block, in the arena
  std::size_t limit_ = 0;                      // where it must end
  std::size_t at_ = 0;                         // the end of what was committed, in the arena
  transport::Run* table_ = nullptr;            // of the open block
  std::uint64_t runs_ = 0;
  std::uint64_t span_ = 0;  // of the progress record
};

}  // namespace prong::worker
