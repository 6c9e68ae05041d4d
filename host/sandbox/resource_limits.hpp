// Limits that the kernel keeps for a process (setrlimit), and its place in the line of victims.
#pragma once

#include <cstddef>
#include <cstdint>

namespace prong::sandbox {

// [worker] The one to go when the system has no memory left, and not the host. Tells whether it is; without
// /proc it is not.
[[nodiscard]] bool become_first_victim() noexcept;

// [worker] No core, neither as a file nor into a pipe; `for_good`: the process cannot take it back.
void forbid_cores(bool for_good) noexcept;
// The limit of memory does not count it. Throws std::system_error.
void bound_stack(std::size_t most);

// [worker] For good. Signals that wait, with what comes with each, are counted for all processes of a user:
// one that blocks them and sends them to itself would leave none to the others. Throws std::system_error.
void bound_waiting_signals(std::uint64_t most);
// [worker] For good. Throws std::system_error.
void bound_descriptors(std::uint64_t most);
// [worker] For good: private memory, beyond which mmap and brk fail. Throws std::system_error.
void bound_memory(std::size_t most);

// Private memory of this process (its data), in bytes; 0 without /proc.
[[nodiscard]] std::size_t private_bytes() noexcept;

}  // namespace prong::sandbox
