// Brokers that come and go.
#include "gearmand.hpp"
#include "peer.hpp"

#include <doctest/doctest.h>

#include <csignal>

namespace prong::cluster::gearman {

namespace {

std::string both(const Gearmand& first, const Gearmand& second) {
  return first.address() + ",127.0.0.1:" + std::to_string(second.port());
}

}  // namespace

TEST_CASE("a broker that is killed parts all, and everything goes on when it is back") {
  if (!has_gearmand()) return;
  Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  client.next<Joined>();
  node.next<Joined>();
  node.exchange->serve("q");
  client.exchange->serve_always("claims");
  const Ticket ticket = client.exchange->submit("q", bytes_of("x"));
  until([&] { return !node.heard.empty(); }, {&client, &node});
  const auto job = node.next<Assigned>();
  broker.kill();
  const auto parted = client.next<Parted>();
  CHECK(parted.reason.find(broker.address()) == 0);
  CHECK(parted.tickets == std::vector{ticket});
  CHECK(node.next<Parted>().jobs == std::vector{job.job});
  const Ticket stranded = client.exchange->submit("q", bytes_of("y"));
  const auto again = client.next<Parted>();
  CHECK(again.tickets == std::vector{stranded});
  CHECK(again.reason.find(broker.address()) == 0);
  broker.start();
  client.next<Joined>();
  node.next<Joined>();
  // Nothing comes of an answer that is too late.
  node.exchange->answer(job.job, bytes_of("late"));
  const Ticket fresh = client.exchange->submit("q", bytes_of("z"));
  until([&] { return !node.heard.empty(); }, {&client, &node});
  node.exchange->answer(node.next<Assigned>().job, bytes_of("Z"));
  until([&] { return !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == fresh);
  [[maybe_unused]] const Ticket claim = node.exchange->submit("claims", bytes_of("mine?"));
  until([&] { return !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<Assigned>().queue == "claims");
}

TEST_CASE("an answer to a job that the broker has given to another is dropped") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  client.next<Joined>();
  node.next<Joined>();
  node.exchange->serve("q");
  [[maybe_unused]] const Ticket ticket = client.exchange->submit("q", bytes_of("x"));
  until([&] { return !node.heard.empty(); }, {&client, &node});
  const auto job = node.next<Assigned>();
  {
    // The client goes, and with it the job: gearmand does not know it any more.
    Peer gone = std::move(client);
  }
  Peer other{broker.address()};
  other.next<Joined>();
  node.exchange->answer(job.job, bytes_of("late"));
  node.exchange->answer(job.job, bytes_of("twice"));
  const Ticket next = other.exchange->submit("q", bytes_of("y"));
  until([&] { return !node.heard.empty(); }, {&other, &node});
  node.exchange->answer(node.next<Assigned>().job, bytes_of("Y"));
  until([&] { return !other.heard.empty(); }, {&other, &node});
  CHECK(other.next<Answered>().ticket == next);
}

TEST_CASE("a broker that cannot be reached is told of once") {
  const std::string address = "gearman://127.0.0.1:" + std::to_string(free_port());
  Peer client{address};
  CHECK(client.next<Parted>().reason == address + " cannot be reached: Connection refused");
  for (int i = 0; i < 20; ++i)
    client.hear();
  CHECK(client.heard.empty());
}

TEST_CASE("what is submitted before anything is connected is void") {
  Peer client{"gearman://127.0.0.1:" + std::to_string(free_port())};
  const Ticket ticket = client.exchange->submit("q", bytes_of("x"));
  CHECK(client.next<Parted>().tickets == std::vector{ticket});
}

TEST_CASE("a name that does not exist is told as such") {
  Peer client{"gearman://no-such-host.invalid"};
  CHECK(client.next<Parted>().reason.find("gearman://no-such-host.invalid:4730 cannot be found: ") == 0);
}

TEST_CASE("of two brokers, the first of which is down, the second does the work") {
  if (!has_gearmand()) return;
  Gearmand first;
  const Gearmand second;
  first.kill();
  Peer client{both(first, second)};
  Peer node{both(first, second)};
  CHECK(client.next<Joined>().engine == second.address());
  node.next<Joined>();
  node.exchange->serve("q");
  for (int i = 0; i < 2; ++i) {
    const Ticket ticket = client.exchange->submit("q", bytes_of("x"));
    until([&] { return !node.heard.empty(); }, {&client, &node});
    node.exchange->answer(node.next<Assigned>().job, bytes_of("X"));
    until([&] { return !client.heard.empty(); }, {&client, &node});
    CHECK(client.next<Answered>().ticket == ticket);
    // Back again, it takes new jobs without a word.
    if (i == 0) first.start();
  }
}

TEST_CASE("what went with one broker is named, and the rest stays valid") {
  if (!has_gearmand()) return;
  Gearmand first;
  Gearmand second;
  second.kill();
  Peer client{both(first, second)};
  Peer node{both(first, second)};
  CHECK(client.next<Joined>().engine == first.address());
  CHECK(node.next<Joined>().engine == first.address());
  second.start();
  Peer late{second.address()};
  late.next<Joined>();
  node.exchange->take_at_most(10);
  node.exchange->serve("q");
  const Ticket lost = client.exchange->submit("q", bytes_of("first"));
  const Ticket kept = late.exchange->submit("q", bytes_of("second"));
  until([&] { return node.heard.size() == 2; }, {&client, &late, &node});
  JobNumber lost_job = 0;
  JobNumber kept_job = 0;
  for (const Assigned& job : all<Assigned>(node))
    (text_of(job.payload) == "first" ? lost_job : kept_job) = job.job;
  node.heard.clear();
  first.kill();
  CHECK(client.next<Parted>().tickets == std::vector{lost});
  CHECK(client.next<Joined>().engine == second.address());
  CHECK(node.next<Parted>().jobs == std::vector{lost_job});
  CHECK(node.next<Joined>().engine == second.address());
  node.exchange->answer(kept_job, bytes_of("done"));
  until([&] { return !late.heard.empty(); }, {&late, &node});
  CHECK(late.next<Answered>().ticket == kept);
  const Ticket again = client.exchange->submit("q", bytes_of("first"));
  until([&] { return !node.heard.empty(); }, {&client, &node});
  node.exchange->answer(node.next<Assigned>().job, bytes_of("done"));
  until([&] { return !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == again);
}

TEST_CASE("a broker that is stopped is given up, and joined again when it goes on") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  client.next<Joined>();
  const Ticket ticket = client.exchange->submit("q", bytes_of("x"));
  client.hear();
  broker.signal(SIGSTOP);
  const auto parted = client.next<Parted>();
  CHECK(parted.reason == broker.address() + " does not answer");
  CHECK(parted.tickets == std::vector{ticket});
  broker.signal(SIGCONT);
  client.next<Joined>();
}

}  // namespace prong::cluster::gearman
