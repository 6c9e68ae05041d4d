// A zygote as long as it lives: messages, and its end.
#include "pool/zygote_process.hpp"

#include "limits.hpp"
#include "zygote/zygote.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>

namespace prong::pool {

namespace {

using transport::FileDescriptor;

// Another process reaps the zygote, unless the host adopted it (as process 1 of a container, or a subreaper).
void reap_if_ours(const FileDescriptor& pidfd) {
  siginfo_t info{};
  ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd.number()), &info,
           WEXITED | WNOHANG | __WALL);
}

}  // namespace

ZygoteProcess::ZygoteProcess(const ZygoteOrigin& origin, const PoolMemory& memory,
                             const sandbox::Plan& sandbox) {
  auto [ours, theirs] = transport::make_message_sockets();
  const FileDescriptor self = transport::open_pidfd(::getpid());
  // Without it nobody would ever be ended, neither by us nor by the zygote.
  transport::check_signals(self);
  LaunchedZygote launched = launch_zygote(origin,
                                          {.socket = theirs.number(),
                                           .host = self.number(),
                                           .inputs = memory.file(Region::inputs).number(),
                                           .outputs = memory.file(Region::outputs).number(),
                                           .orders = sandbox.orders.number(),
                                           .ruleset = sandbox.ruleset.number()},
                                          mark_);
  pid_ = launched.pid;
  pidfd_ = std::move(launched.pidfd);
  socket_ = std::move(ours);
}

ZygoteProcess::~ZygoteProcess() {
  if (!pidfd_) return;
  // Who was killed, perhaps by what it would have ended, does not say that nobody is left.
  if (!is_killed_ && !has_left_nobody_within(limits::shutdown_time)) kill();
  socket_.reset();
  static_cast<void>(is_gone_within(limits::shutdown_time));
  reap_if_ours(pidfd_);
  if (is_killed_) mark_.kill_bearers();
}

bool ZygoteProcess::has_left_nobody_within(std::chrono::milliseconds time) noexcept {
  const auto deadline = std::chrono::steady_clock::now() + time;
  // It hears the end of the stream, and can still answer.
  if (::shutdown(socket_.number(), SHUT_WR) != 0) return false;
  try {
    for (;;) {
      pollfd heard{socket_.number(), POLLIN, 0};
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0 || ::poll(&heard, 1, static_cast<int>(left.count())) == 0) return false;
      const auto received = transport::receive_message(socket_);
      if (!received) return false;
      if (zygote::is_farewell(received->message)) return true;
    }
  } catch (const std::exception&) {
    return false;
  }
}

bool ZygoteProcess::is_gone_within(std::chrono::milliseconds time) const noexcept {
  pollfd gone{pidfd_.number(), POLLIN, 0};
  return ::poll(&gone, 1, static_cast<int>(time.count())) == 1;
}

void ZygoteProcess::kill() noexcept {
  is_killed_ = true;
  transport::kill_process(pidfd_, SIGKILL);
}

void ZygoteProcess::ping() { transport::send_message(socket_, {.kind = transport::MessageKind::ping}); }

void ZygoteProcess::spawn(std::uint32_t slot, std::uint64_t life, int channel, int wake, int output) {
  transport::Message request;
  request.kind = transport::MessageKind::spawn;
  request.slot = slot;
  request.life = life;
  transport::send_message(socket_, request, std::array{channel, wake, output});
}

std::optional<transport::Received> ZygoteProcess::try_receive() {
  pollfd ready{socket_.number(), POLLIN, 0};
  if (::poll(&ready, 1, 0) != 1) return std::nullopt;
  auto received = transport::receive_message(socket_);
  if (!received) throw std::system_error{EPIPE, std::generic_category(), "the zygote is gone"};
  return received;
}

}  // namespace prong::pool
