// Connecting, reading and writing, by whatever poll() said is possible.
#include "cluster/gearman/connection.hpp"

#include "limits.hpp"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <cstring>

namespace prong::cluster::gearman {

namespace {

bool set(int socket, int level, int option, int value) {
  return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

// A link may be cut without a word, or its other end lose its power: the kernel is to notice for us.
bool configure(int socket) {
  return set(socket, IPPROTO_TCP, TCP_NODELAY, 1) && set(socket, SOL_SOCKET, SO_KEEPALIVE, 1) &&
         set(socket, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(limits::engine_keepalive_idle.count())) &&
         set(socket, IPPROTO_TCP, TCP_KEEPINTVL,
             static_cast<int>(limits::engine_keepalive_interval.count())) &&
         set(socket, IPPROTO_TCP, TCP_KEEPCNT, limits::engine_keepalive_count) &&
         set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(limits::engine_unacknowledged.count()));
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span{text}); }

}  // namespace

Connection::Connection(const Host& host, Clock::time_point now)
    : host_{host}, resolution_{host}, deadline_{now + limits::engine_connect_time}, moved_{now} {}

void Connection::fail(std::string_view what) {
  if (state_ == State::over) return;
  failure_ = fmt::format("{} {}", to_string(host_), what);
  state_ = State::over;
  resolution_.reset();
  socket_.reset();
}

int Connection::descriptor() const noexcept {
  return state_ == State::resolving ? resolution_->descriptor() : socket_.number();
}

short Connection::interest() const noexcept {
  if (state_ == State::connecting) return POLLOUT;
  return state_ == State::open && !outgoing_.empty() ? POLLIN | POLLOUT : POLLIN;
}

Connection::Clock::time_point Connection::due() const noexcept {
  return state_ == State::resolving || state_ == State::connecting ? deadline_ : Clock::time_point::max();
}

void Connection::tend(Clock::time_point now) {
  if (state_ == State::resolving) {
    if (auto resolved = resolution_->result()) {
      if (!resolved->failure.empty()) return fail("cannot be found: " + resolved->failure);
      addresses_ = std::move(resolved->addresses);
      resolution_.reset();
      connect_next(now);
    } else if (now >= deadline_) {
      fail("cannot be found: the name server does not answer");
    }
  }
  if (state_ == State::connecting) finish_connecting(now);
  if (state_ != State::open) return;
  const std::ptrdiff_t sent = outgoing_.send(socket_.number());
  if (sent > 0) moved_ = now;
  if (sent < 0) fail(fmt::format("is lost: {}", std::strerror(static_cast<int>(-sent))));
}

void Connection::connect_next(Clock::time_point now) {
  int error = EADDRNOTAVAIL;
  while (tried_ < addresses_.size()) {
    const SocketAddress& address = addresses_[tried_++];
    transport::FileDescriptor socket = transport::checked(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
    if (configure(socket.number())) {
      const auto* where = reinterpret_cast<const sockaddr*>(&address.storage);
      if (::connect(socket.number(), where, address.bytes) == 0 || errno == EINPROGRESS) {
        socket_ = std::move(socket);
        deadline_ = now + limits::engine_connect_time;
        state_ = State::connecting;
        return;
      }
    }
    error = errno;
  }
  fail(fmt::format("cannot be reached: {}", std::strerror(error)));
}

void Connection::finish_connecting(Clock::time_point now) {
  pollfd look{.fd = socket_.number(), .events = POLLOUT, .revents = 0};
  if (::poll(&look, 1, 0) <= 0) {
    if (now < deadline_) return;
    if (tried_ < addresses_.size()) return connect_next(now);
    return fail("cannot be reached: it does not answer");
  }
  int error = 0;
  socklen_t bytes = sizeof error;
  if (::getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) error = errno;
  if (error == 0) {
    state_ = State::open;
    moved_ = now;
  } else if (tried_ < addresses_.size()) {
    connect_next(now);
  } else {
    fail(fmt::format("cannot be reached: {}", std::strerror(error)));
  }
}

bool Connection::read(Clock::time_point now) {
  while (state_ == State::open) {
    const auto space = reader_.space();
    const ssize_t got = ::recv(socket_.number(), space.data(), space.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (got < 0) fail(fmt::format("is lost: {}", std::strerror(errno)));
    if (got == 0) fail("closed the connection");
    if (got <= 0) return false;
    moved_ = now;
    reader_.take(static_cast<std::size_t>(got));
    return true;
  }
  return false;
}

// The kernel holds some megabytes that nobody has acknowledged (tcp(7), SIOCOUTQ).
std::uint64_t Connection::taken_bytes() const noexcept {
  int on_their_way = 0;
  if (state_ != State::open || ::ioctl(socket_.number(), SIOCOUTQ, &on_their_way) != 0) on_their_way = 0;
  return outgoing_.sent_bytes() - static_cast<std::uint64_t>(on_their_way);
}

std::optional<Packet> Connection::next() {
  if (state_ != State::open) return std::nullopt;
  std::optional<Packet> packet = reader_.next();
  if (!packet && !reader_.wrong().empty()) fail(reader_.wrong());
  return packet;
}

void Connection::send(PacketType type, std::initializer_list<std::string_view> words,
                      std::span<const std::byte> data) {
  assert(state_ == State::open);
  outgoing_.append(bytes_of(request_head(type, words, data.size())));
  outgoing_.append(data);
}

void Connection::send(PacketType type, std::string_view word) { send(type, {}, bytes_of(word)); }

void Connection::send_text(std::string_view line) { outgoing_.append(bytes_of(line)); }

}  // namespace prong::cluster::gearman
