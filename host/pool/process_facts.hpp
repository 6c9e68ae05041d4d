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

}  // namespace prong::pool
