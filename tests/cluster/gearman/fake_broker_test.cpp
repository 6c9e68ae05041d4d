// Brokers that are none, or lie: a socket of the test's own that says what it is told to.
#include "gearmand.hpp"
#include "peer.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace prong::cluster::gearman {

namespace {

using namespace std::string_literals;

std::string packet_of(char type, std::string_view body) {
  return "\0RES\0\0\0"s + type + std::string(3, '\0') + static_cast<char>(body.size()) + std::string{body};
}

const std::string welcome = packet_of(17, "prong");

class FakeBroker {
 public:
  FakeBroker() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), bytes) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &bytes) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~FakeBroker() {
    hang_up();
    ::close(listener_);
  }
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  [[nodiscard]] std::string address() const { return "gearman://127.0.0.1:" + std::to_string(port_); }
  // Whether somebody is there, after this.
  bool take() {
    if (connection_ < 0) connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return connection_ >= 0;
  }
  void say(std::string_view bytes) const {
    REQUIRE(::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  // Everything that it has heard of late.
  [[nodiscard]] std::string hear() const {
    std::string heard(100'000, '\0');
    const ssize_t got = ::recv(connection_, heard.data(), heard.size(), 0);
    heard.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return heard;
  }
  void hang_up() {
    if (connection_ >= 0) ::close(connection_);
    connection_ = -1;
  }

 private:
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int connection_ = -1;
  std::uint16_t port_ = 0;
};

void welcome_to(FakeBroker& broker, Peer& peer) {
  until([&] { return broker.take(); }, {&peer});
  broker.say(welcome);
  peer.next<Joined>();
}

}  // namespace

TEST_CASE("who does not speak Gearman's protocol is left, with the reason") {
  for (const auto& [said, reason] : std::vector<std::pair<std::string, std::string>>{
           {"\0\1\2\3 garbage"s, "sent something that is not Gearman's protocol"},
           {"SSH-2.0-OpenSSH_9.2\r\n.\n", "answered to an echo with something else"},
           {packet_of(6, ""), "answered to an echo with something else"},
           {packet_of(5, ""), "sent a packet of type 5, which is none for us"},
           {"\0RES\0\0\0\x11\xff\xff\xff\xff"s,
            "announced a packet of type 17 with 4294967295 bytes; at most 4096 are taken"},
       }) {
    FakeBroker broker;
    Peer peer{broker.address()};
    until([&] { return broker.take(); }, {&peer});
    broker.say(said);
    CHECK(peer.next<Parted>().reason == broker.address() + " " + reason);
  }
}

TEST_CASE("a broker that says what it cannot mean is left") {
  for (const auto& [said, reason] : std::vector<std::pair<std::string, std::string>>{
           {packet_of(10, ""), "answered what nobody asked"},
           {packet_of(8, "H:x:1"), "took a job that nobody submitted"},
           {packet_of(11, "H:x:1\0q\0x"s), "assigned a job that nobody asked for"},
           {packet_of(19, "BAD_THING\0some \x1b[31m text"s), "reports BAD_THING: some \\x1b[31m text"},
       }) {
    FakeBroker broker;
    Peer peer{broker.address()};
    welcome_to(broker, peer);
    broker.say(said);
    CHECK(peer.next<Parted>().reason == broker.address() + " " + reason);
    broker.hang_up();
    welcome_to(broker, peer);
  }
}

TEST_CASE("a queue whose name ends the list hides none") {
  FakeBroker broker;
  Peer peer{broker.address()};
  welcome_to(broker, peer);
  peer.exchange->ask_servers();
  peer.hear();
  broker.say("a\t1\t1\t1\nevil\n.\nqueue\t1\t0\t0\nb\t0\t0\t2\n.\n");
  const std::map<std::string, unsigned, std::less<>> all_of_them{{"a", 1}, {"b", 2}};
  static_cast<void>(peer.next<Servers>());
  CHECK(peer.next<Servers>().queues == all_of_them);
}

TEST_CASE("whether part of something large is on its way") {
  FakeBroker broker;
  Peer peer{broker.address()};
  welcome_to(broker, peer);
  const Ticket ticket = peer.exchange->submit("q", bytes_of("x"));
  CHECK(peer.exchange->has_unsent());
  peer.hear();
  CHECK_FALSE(peer.exchange->has_unsent());
  CHECK_FALSE(peer.exchange->is_receiving());
  const std::string answer = packet_of(13, "H:x:1\0"s + std::string(100, 'a'));
  broker.say(packet_of(8, "H:x:1") + answer.substr(0, 50));
  until([&] { return peer.exchange->is_receiving(); }, {&peer});
  broker.say(answer.substr(50));
  CHECK(peer.next<Answered>().ticket == ticket);
  CHECK_FALSE(peer.exchange->is_receiving());
}

TEST_CASE("a job of a queue that is not served is no job") {
  FakeBroker broker;
  Peer peer{broker.address()};
  welcome_to(broker, peer);
  peer.exchange->serve("q");
  peer.hear();
  broker.say(packet_of(11, "H:x:1\0other\0x"s));
  CHECK(peer.next<Parted>().reason == broker.address() + " assigned a job of 'other', which is not served");
}

TEST_CASE("what nobody waits for any more does no harm") {
  FakeBroker broker;
  Peer peer{broker.address()};
  welcome_to(broker, peer);
  const Ticket ticket = peer.exchange->submit("q", bytes_of("x"));
  peer.hear();
  broker.say(packet_of(13, "H:none\0x"s) + packet_of(14, "H:none") + packet_of(25, "H:none\0x"s) +
             packet_of(12, "H:none\0001\0002"s) + packet_of(28, "H:none\0x"s) + packet_of(29, "H:none\0x"s) +
             packet_of(19, "JOB_NOT_FOUND\0late"s) + packet_of(6, "") + packet_of(17, "again"));
  broker.say(packet_of(8, "H:x:1") + packet_of(8 + 17, "H:x:1\0x"s));
  CHECK(peer.next<GivenUp>().ticket == ticket);
  CHECK(peer.heard.empty());
}

TEST_CASE("a job that the broker does not take is given up") {
  FakeBroker broker;
  Peer peer{broker.address()};
  welcome_to(broker, peer);
  const Ticket refused = peer.exchange->submit("q", bytes_of("x"));
  const Ticket taken = peer.exchange->submit("q", bytes_of("x"));
  peer.hear();
  broker.say(packet_of(19, "QUEUE_ERROR\0Job queue is full"s) + packet_of(8, "H:x:1") +
             packet_of(14, "H:x:1"));
  CHECK(peer.next<GivenUp>().ticket == refused);
  CHECK(peer.next<GivenUp>().ticket == taken);
}

TEST_CASE("a broker that hangs up in the middle of a packet gave no packet") {
  FakeBroker broker;
  Peer peer{broker.address()};
  welcome_to(broker, peer);
  const Ticket ticket = peer.exchange->submit("q", bytes_of("x"));
  peer.hear();
  broker.say(packet_of(8, "H:x:1") + packet_of(13, "H:x:1\0answer"s).substr(0, 20));
  peer.hear();
  broker.hang_up();
  const auto parted = peer.next<Parted>();
  CHECK(parted.tickets == std::vector{ticket});
  CHECK(parted.reason.find(broker.address()) == 0);
}

TEST_CASE("unique ids never repeat, nor do those of two exchanges") {
  std::vector<std::string> ids;
  for (int i = 0; i < 2; ++i) {
    FakeBroker broker;
    Peer peer{broker.address()};
    welcome_to(broker, peer);
    static_cast<void>(broker.hear());
    for (int job = 0; job < 2; ++job)
      static_cast<void>(peer.exchange->submit("q", {}));
    std::string heard;
    until([&] { return (heard += broker.hear()).size() >= 2 * (12 + 2 + 32 + 3); }, {&peer});
    for (std::size_t at = 0; (at = heard.find("q\0"s, at)) != std::string::npos; at += 2)
      ids.push_back(heard.substr(at + 2, heard.find('\0', at + 2) - at - 2));
  }
  REQUIRE(ids.size() == 4);
  std::ranges::sort(ids);
  CHECK(std::ranges::adjacent_find(ids) == ids.end());
  for (const std::string& id : ids)
    CHECK((id.size() > 32 && id.size() < 64));
}

TEST_CASE("programs that are started do not inherit the broker's socket") {
  const auto sockets = [] {
    std::vector<int> found;
    for (int number = 0; number < 256; ++number) {
      int type = 0;
      socklen_t bytes = sizeof type;
      if (::getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &bytes) == 0) found.push_back(number);
    }
    return found;
  };
  const auto before = sockets();
  FakeBroker broker;
  Peer peer{broker.address()};
  welcome_to(broker, peer);
  std::size_t own = 0;
  for (const int number : sockets()) {
    if (std::ranges::find(before, number) != before.end()) continue;
    ++own;
    CHECK((::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(own == 3);  // two of the fake broker
}

}  // namespace prong::cluster::gearman
