// What /proc tells of a process. The pids are workers' that the zygote has not reaped, or just did: at worst
// the answer is about a stranger, and nothing is done to anybody because of it.
#pragma once

#include <chrono>
#include <cstddef>

namespace prong::pool {

// The state's letter, as ps shows it ('R', 'S', 'T' for stopped, …); 0 when it cannot be read.
[[nodiscard]] char process_state(int pid) noexcept;

// Processor time of all its threads; 0 when it cannot be read.
[[nodiscard]] std::chrono::nanoseconds processor_time(int pid) noexcept;

// Bytes of memory that are in RAM; 0 when they cannot be read.
[[nodiscard]] std::size_t resident_bytes(int pid) noexcept;

// Bytes, each 0 when it cannot be read.
struct MemoryUse {
  std::size_t own = 0;     // private memory that was written, in RAM or swapped out
  std::size_t shared = 0;  // in RAM, with other processes or with none
  std::size_t files = 0;   // the same, of mapped files on a disk
  std::size_t page_tables = 0;
};

// About 20 µs.
[[nodiscard]] MemoryUse memory_use(int pid) noexcept;

}  // namespace prong::pool
