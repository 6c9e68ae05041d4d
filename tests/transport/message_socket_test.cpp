// Messages arrive whole, with their descriptors; an end is told from an error.
#include "transport/message_socket.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace prong::transport {

TEST_CASE("a message and its descriptors go through, close-on-exec") {
  const auto [left, right] = make_message_sockets();
  const FileDescriptor event = make_eventfd();
  Message message;
  message.life = 77;
  send_message(left, message, std::array{event.number(), event.number()});
  const auto received = receive_message(right);
  REQUIRE(received);
  CHECK(received->message.life == 77);
  REQUIRE(received->descriptors.size() == 2);
  CHECK((::fcntl(received->descriptors[0].number(), F_GETFD) & FD_CLOEXEC) != 0);
  signal_eventfd(received->descriptors[1].number());
  std::uint64_t count = 0;
  CHECK(::read(event.number(), &count, sizeof count) == sizeof count);
}

TEST_CASE("the end of the stream is not a message, and writing to it is an error without SIGPIPE") {
  auto [left, right] = make_message_sockets();
  left.reset();
  CHECK_FALSE(receive_message(right));
  CHECK_THROWS_AS(send_message(right, {}), std::system_error);
}

TEST_CASE("a short message is an error") {
  const auto [left, right] = make_message_sockets();
  REQUIRE(::send(left.number(), "short", 5, 0) == 5);
  CHECK_THROWS_AS(static_cast<void>(receive_message(right)), std::system_error);
}

TEST_CASE("descriptors that do not fit into the process are an error, and none leaks") {
  const auto [left, right] = make_message_sockets();
  const FileDescriptor event = make_eventfd();
  send_message(left, {}, std::array{event.number(), event.number()});
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int next_free = FileDescriptor{::dup(event.number())}.number();
  const rlimit tight{static_cast<rlim_t>(next_free + 1), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &tight);
  CHECK_THROWS_AS(static_cast<void>(receive_message(right)), std::system_error);
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(FileDescriptor{::dup(event.number())}.number() == next_free);
}

}  // namespace prong::transport
