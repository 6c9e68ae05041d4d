// Whether the system kills for lack of memory. The kernel tells nobody whom it killed, but it counts.
#pragma once

#include <prong/crash_report.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace prong::pool {

// Where the counters stand. The defaults are this process's and the system's.
struct MemoryCounters {
  // Of the control group: memory.events of version 2, memory.oom_control of version 1; empty: there is none.
  std::filesystem::path group;
  std::filesystem::path system = "/proc/vmstat";
};
[[nodiscard]] MemoryCounters own_memory_counters();

// [dispatcher]
class MemoryKills {
 public:
  explicit MemoryKills(MemoryCounters counters = own_memory_counters());

  // Some worker was killed, by nobody of ours: whether a counter has risen since the last look, or since this
  // was made, by more than the kills that were told since. That the group's rose for another process of that
  // group is possible, and rare; a kill anywhere else raises the system's alone.
  [[nodiscard]] OutOfMemory look();

 private:
  using Clock = std::chrono::steady_clock;

  // One file's.
  struct Counter {
    std::filesystem::path file;
    std::optional<std::uint64_t> seen = {};
    std::uint64_t untold = 0;  // kills: two workers may die before one of them is looked at
    Clock::time_point rose_at = {};
  };
  static bool take_kill(Counter& counter);

  Counter group_;
  Counter system_;
};

}  // namespace prong::pool
