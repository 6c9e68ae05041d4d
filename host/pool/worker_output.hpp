// What a worker prints: kept for its obituary, and passed on to the host's standard error, line by line.
#pragma once

#include "transport/file_descriptor.hpp"

#include <chrono>
#include <cstdint>
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
  // The other end's number is in writing_end() until it is dropped. Throws std::system_error.
  WorkerOutput();

  [[nodiscard]] const transport::FileDescriptor& reading_end() const noexcept { return reading_; }
  [[nodiscard]] const transport::FileDescriptor& writing_end() const noexcept { return writing_; }
  void drop_writing_end() noexcept { writing_.reset(); }

  // Reads what is there, at most a pipe full, and passes on whole lines as "prong: worker PID: LINE". What
  // the budget does not cover is counted and dropped. [never blocks]
  void read(int pid, OutputBudget& budget);
  // The same to the end of the last line.
  void finish(int pid, OutputBudget& budget);
  // False once every writer is gone.
  [[nodiscard]] bool is_open() const noexcept { return open_; }

  // The last limits::output_tail_bytes bytes.
  [[nodiscard]] const std::string& tail() const noexcept { return tail_; }

 private:
  void take(std::string_view bytes, int pid, OutputBudget& budget);
  void pass_on(std::string_view line, int pid, OutputBudget& budget);

  transport::FileDescriptor reading_;
  transport::FileDescriptor writing_;
  std::string tail_;
  std::string line_;  // unfinished
  std::uint64_t dropped_bytes_ = 0;
  bool open_ = true;
};

}  // namespace prong::pool
