// What a worker prints: kept for its obituary, and passed on to the host's standard error, line by line.
#pragma once

#include "transport/file_descriptor.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prong::pool {

// How much of what plugins print is passed on, for all workers of a pool together.
class OutputBudget {
 public:
  using Clock = std::chrono::steady_clock;
  // Takes `size` bytes if there are so many; limits::output_bytes_per_second come back.
  [[nodiscard]] bool take(std::size_t size, Clock::time_point now) noexcept;

 private:
  double left_ = 0;
  Clock::time_point last_{};
};

// The reading end of one worker's standard output and error. [dispatcher]
class WorkerOutput {
 public:
  using Clock = OutputBudget::Clock;
  // The other end's number is in writing_end() until it is dropped. Throws std::system_error.
  WorkerOutput();

  [[nodiscard]] const transport::FileDescriptor& reading_end() const noexcept { return reading_; }
  [[nodiscard]] const transport::FileDescriptor& writing_end() const noexcept { return writing_; }
  void drop_writing_end() noexcept { writing_.reset(); }

  // Reads what is there, at most a pipe full, and passes on whole lines as "prong: worker PID: LINE". What
  // the budget does not cover is counted and dropped. [never blocks]
  void read(int pid, OutputBudget& budget);
  // The same to the end of the last line; and tells what was dropped, whatever the budget is, unless the
  // host's standard error would block.
  void finish(int pid, OutputBudget& budget);
  // When to tell what was dropped, if nothing more is until then; nothing: all was passed on.
  [[nodiscard]] std::optional<Clock::time_point> tell_due() const noexcept;
  // Precondition: tell_due() has passed. Where it cannot be told, it is due again later. [never blocks]
  void tell_dropped(int pid, OutputBudget& budget, Clock::time_point now);
  // False once every writer is gone.
  [[nodiscard]] bool is_open() const noexcept { return open_; }

  // The last limits::output_tail_bytes bytes, without the rest of a character that this cuts.
  [[nodiscard]] const std::string& tail() const noexcept { return tail_; }

 private:
  void take(std::string_view bytes, int pid, OutputBudget& budget);
  // Of the line that is there, and ends; it stands for so many bytes of what was printed.
  void pass_on(std::size_t bytes, int pid, OutputBudget& budget);

  transport::FileDescriptor reading_;
  transport::FileDescriptor writing_;
  std::string tail_;
  std::string line_;                 // unfinished
  std::uint64_t dropped_bytes_ = 0;  // and not told
  Clock::time_point dropped_at_{};   // the last of them
  bool open_ = true;
};

}  // namespace prong::pool
