// What a task may leave changed in its process: signal handlers, the working directory, threads, and so on. A
// worker that a task has changed is replaced, so that the next task finds what it expects.
#pragma once

#include "transport/file_descriptor.hpp"

#include <prong/sandbox.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace prong::sandbox {

// [worker] Tells of accidents. A plugin that hides what it did runs in the same process, and can.
class Condition {
 public:
  // Before the sandbox is entered, since `strict` takes /proc away, and timers to be counted there.
  explicit Condition(Sandbox level);

  // As it is now: what a plugin does when it is loaded is its own affair.
  void accept() noexcept;

  // The name of something that is not as it was; nullptr: there is none. About a hundred system calls.
  [[nodiscard]] const char* find_change() const noexcept;

  static constexpr std::size_t aspects = 13;
  struct Files {
    transport::FileDescriptor threads;  // /proc/self/task
    transport::FileDescriptor timers;   // /proc/self/timers: those of timer_create, of which strict has none
  };

 private:
  Files files_;
  std::array<std::uint64_t, aspects> before_{};
};

}  // namespace prong::sandbox
