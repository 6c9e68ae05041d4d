// Gathering and sending.
#include "cluster/gearman/outgoing.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace prong::cluster::gearman {

namespace {

// Copying more than this once again would cost more than a part of its own.
constexpr std::size_t gathered_bytes_max = std::size_t{64} << 10;
constexpr std::size_t parts_at_once = 32;

}  // namespace

void Outgoing::append(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  appended_bytes_ += bytes.size();
  if (parts_.empty() || parts_.back().size() + bytes.size() > gathered_bytes_max) {
    parts_.emplace_back(bytes.begin(), bytes.end());
    return;
  }
  parts_.back().insert(parts_.back().end(), bytes.begin(), bytes.end());
}

std::ptrdiff_t Outgoing::send(int socket) {
  std::ptrdiff_t all = 0;
  while (!parts_.empty()) {
    std::array<iovec, parts_at_once> pieces{};
    const std::size_t count = std::min(parts_.size(), pieces.size());
    for (std::size_t i = 0; i < count; ++i)
      pieces[i] = {parts_[i].data(), parts_[i].size()};
    pieces[0].iov_base = parts_[0].data() + sent_;
    pieces[0].iov_len -= sent_;
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? all : -errno;
    all += sent;
    drop(static_cast<std::size_t>(sent));
  }
  return all;
}

void Outgoing::drop(std::size_t bytes) {
  sent_ += bytes;
  sent_bytes_ += bytes;
  while (!parts_.empty() && sent_ >= parts_.front().size()) {
    sent_ -= parts_.front().size();
    parts_.pop_front();
  }
}

}  // namespace prong::cluster::gearman
