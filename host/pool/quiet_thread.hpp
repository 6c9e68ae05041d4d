// Threads of ours in a process that is not ours: they take no signal, so that the host's handlers run on the
// host's threads.
#pragma once

#include <functional>
#include <thread>

namespace prong::pool {

// Throws std::system_error.
[[nodiscard]] std::thread start_quiet_thread(std::function<void()> body);

}  // namespace prong::pool
