// The filter of system calls: what a worker that runs plugins needs is allowed, all else is the error EPERM.
//
// A denied call is an error that the function sees, and not a death: libraries ask for what they can do
// without (io_uring, say), and what is in force can be tried. Only calls of another architecture kill.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace prong::sandbox {

// [host] For install(). Throws Unavailable, std::system_error.
[[nodiscard]] std::vector<sock_filter> make_filter();

// [worker] From here on, for ever. A process may signal itself alone: the filter that the host made says by a
// placeholder who that is. Wants no_new_privs. Throws std::system_error.
void install(std::vector<sock_filter> filter);

}  // namespace prong::sandbox
