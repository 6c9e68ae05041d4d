// The zygote as the host sees it: starts it, talks to it, ends it.
#pragma once

#include "pool/pool_memory.hpp"
#include "pool/zygote_launch.hpp"
#include "sandbox/plan.hpp"
#include "transport/message_socket.hpp"

#include <chrono>
#include <optional>

namespace prong::pool {

class ZygoteProcess {
 public:
  // Starts it. Throws as launch_zygote does.
  ZygoteProcess(const ZygoteOrigin& origin, const PoolMemory& memory, const sandbox::Plan& sandbox);
  // Tells it to end, waits for limits::shutdown_time, kills. What a zygote that was killed has left is killed
  // too.
  ~ZygoteProcess();
  ZygoteProcess(const ZygoteProcess&) = delete;
  ZygoteProcess& operator=(const ZygoteProcess&) = delete;

  // Asks for a worker. Throws std::system_error when the zygote is gone.
  void spawn(std::uint32_t slot, std::uint64_t life, int channel, int wake, int output);
  // Asks for an answer. Throws as spawn() does.
  void ping();
  // Nothing is to be had from it any more.
  void kill() noexcept;
  // The next message; nullopt when there is none now. Throws std::system_error when the zygote is gone.
  [[nodiscard]] std::optional<transport::Received> try_receive();

  [[nodiscard]] const transport::FileDescriptor& socket() const noexcept { return socket_; }
  [[nodiscard]] const transport::FileDescriptor& pidfd() const noexcept { return pidfd_; }
  [[nodiscard]] int pid() const noexcept { return pid_; }

 private:
  // Tells it to end, and hears whether it has ended all that came from it.
  [[nodiscard]] bool has_left_nobody_within(std::chrono::milliseconds time) noexcept;
  [[nodiscard]] bool is_gone_within(std::chrono::milliseconds time) const noexcept;

  ZygoteMark mark_;
  transport::FileDescriptor socket_;
  transport::FileDescriptor pidfd_;
  int pid_ = 0;
  bool is_killed_ = false;
};

}  // namespace prong::pool
