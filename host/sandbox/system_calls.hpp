// The filter of system calls: what a worker that runs plugins needs is allowed, all else is the error EPERM.
//
// A denied call is an error that the function sees, and not a death: libraries ask for what they can do
// without (io_uring, say), and what is in force can be tried. Only calls of another architecture kill.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace prong::sandbox {

// [host] For install() of filter.hpp. Throws Unavailable, std::system_error.
[[nodiscard]] std::vector<sock_filter> make_filter();

}  // namespace prong::sandbox
