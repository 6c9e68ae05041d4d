// Messages between the host and the zygote, with descriptors, over a socketpair of type SOCK_SEQPACKET.
#pragma once

#include "transport/file_descriptor.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace prong::transport {

// The descriptors that a zygote is born with.
struct ZygoteDescriptors {
  static constexpr int socket = 3;
  static constexpr int host = 4;     // a pidfd
  static constexpr int inputs = 5;   // the pool's inputs
  static constexpr int outputs = 6;  // the pool's raw results
  static constexpr int orders = 7;   // of the sandbox
  static constexpr int ruleset = 8;  // the sandbox's; /dev/null when it has none
  static constexpr int first_free = 9;
};

enum class MessageKind : std::uint32_t {
  spawn = 1,     // host → zygote: fork a worker. Descriptors: channel, eventfd, output pipe
  spawned = 2,   // zygote → host: it lives. Descriptor: its pidfd
  no_spawn = 3,  // zygote → host: fork failed; `status` is the errno
  died = 4,      // zygote → host: it was reaped; `code` and `status` as waitid gives them
  ping = 5,      // host → zygote: say something
  pong = 6,      // zygote → host: it lives, and nobody had killed it when it was asked
};

struct Message {
  MessageKind kind = MessageKind::spawn;
  std::uint32_t slot = 0;
  std::uint64_t life = 0;  // which incarnation of the pool, counted from 1 and never used twice
  std::int32_t pid = 0;
  std::int32_t code = 0;
  std::int32_t status = 0;
  std::uint32_t peak_kib = 0;  // died: of memory in RAM
};

struct Received {
  Message message;
  std::vector<FileDescriptor> descriptors;
};

[[nodiscard]] std::pair<FileDescriptor, FileDescriptor> make_message_sockets();

// Sends one message. [blocks] while the socket is full. Throws std::system_error; EPIPE when the peer is
// gone.
void send_message(const FileDescriptor& socket, const Message& message,
                  std::span<const int> descriptors = {});

// One message; nullopt at the end of the stream. [blocks] unless the socket is non-blocking: then a
// std::system_error with EAGAIN. Descriptors arrive close-on-exec.
[[nodiscard]] std::optional<Received> receive_message(const FileDescriptor& socket);

}  // namespace prong::transport
