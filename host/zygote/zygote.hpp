// The zygote process: forks workers on request, reaps them, tells how they ended, and when the host dies,
// takes every worker and all that they started with it.
#pragma once

#include "transport/message_socket.hpp"
#include "worker/worker.hpp"

namespace prong::zygote {

// Serves the host at the descriptors of ZygoteDescriptors until it closes the socket or dies. The calling
// process is the zygote from here on: single-threaded, a session of its own, no signal blocked. Its workers
// find the host's functions by `find_defined`. Leaves by _exit alone. [zygote]
[[noreturn]] void serve(const worker::FindDefined& find_defined) noexcept;

// What it says last, when it has been told to end and has ended all that came from it.
[[nodiscard]] constexpr transport::Message farewell() noexcept {
  return {.kind = transport::MessageKind::died, .life = 0};  // of no worker
}
[[nodiscard]] constexpr bool is_farewell(const transport::Message& message) noexcept {
  return message.kind == farewell().kind && message.life == farewell().life;
}

}  // namespace prong::zygote
