// A filter of system calls as the kernel takes it: the host makes it (system_calls.hpp), workers put it on.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <vector>

namespace prong::sandbox {

// Stands in the filter for the pid of the worker that installs it. Larger than any pid can be.
inline constexpr std::uint32_t own_pid = 0x5072'6f6e;

// [worker] From here on, for ever. A process may signal itself alone: the filter says by a placeholder who
// that is. Wants no_new_privs. Throws std::system_error.
void install(std::vector<sock_filter> filter);

}  // namespace prong::sandbox
