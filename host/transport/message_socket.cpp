// sendmsg and recvmsg with SCM_RIGHTS.
#include "transport/message_socket.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace prong::transport {

namespace {

constexpr std::size_t descriptors_max = 4;

struct ControlBuffer {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(descriptors_max * sizeof(int))> bytes = {};
};

// Into memory that is there already: once they were received, they must not be lost for lack of it.
void take_descriptors(msghdr& header, std::vector<FileDescriptor>& taken) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count && taken.size() < taken.capacity(); ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof(int), sizeof number);
      taken.emplace_back(number);
    }
  }
}

}  // namespace

std::pair<FileDescriptor, FileDescriptor> make_message_sockets() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw system_failure("socketpair");
  }
  return {checked(ends[0], "socketpair"), checked(ends[1], "socketpair")};
}

void send_message(const FileDescriptor& socket, const Message& message, std::span<const int> descriptors) {
  Message copy = message;
  iovec body{&copy, sizeof copy};
  ControlBuffer control;
  msghdr header{};
  header.msg_iov = &body;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket.number(), &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) throw system_failure("sendmsg");
}

std::optional<Received> receive_message(const FileDescriptor& socket) {
  Received received;
  received.descriptors.reserve(descriptors_max);
  iovec body{&received.message, sizeof received.message};
  ControlBuffer control;
  msghdr header{};
  header.msg_iov = &body;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket.number(), &header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == ECONNRESET) return std::nullopt;
  if (size < 0) throw system_failure("recvmsg");
  take_descriptors(header, received.descriptors);
  if (size == 0) return std::nullopt;
  // A short message or lost descriptors (EMFILE shows as MSG_CTRUNC) would leave a worker half made.
  if (size != sizeof received.message || (header.msg_flags & MSG_CTRUNC) != 0) {
    errno = (header.msg_flags & MSG_CTRUNC) != 0 ? EMFILE : EPROTO;
    throw system_failure("recvmsg");
  }
  return received;
}

}  // namespace prong::transport
