// Whether the system kills for lack of memory. The kernel tells nobody whom it killed, but it counts.
#pragma once

#include <prong/crash_report.hpp>

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
  // was made. That one of the workers' group rose for another process of that group is possible, and rare; a
  // kill anywhere else raises the system's alone.
  [[nodiscard]] OutOfMemory look();

 private:
  MemoryCounters counters_;
  std::optional<std::uint64_t> group_;
  std::optional<std::uint64_t> system_;
};

}  // namespace prong::pool
