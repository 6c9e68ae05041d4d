// Jobs through a real broker.
#include "gearmand.hpp"
#include "peer.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <map>

namespace prong::cluster::gearman {

namespace {

Ticket submit(Peer& peer, const std::string& queue, std::string_view payload) {
  return peer.exchange->submit(queue, bytes_of(payload));
}

void join(std::initializer_list<Peer*> peers) {
  for (Peer* peer : peers)
    peer->next<Joined>();
}

// Answers what was assigned so far with itself.
std::size_t echo(Peer& peer) {
  std::size_t count = 0;
  for (const Event& event : std::exchange(peer.heard, {})) {
    const auto* job = std::get_if<Assigned>(&event);
    if (job == nullptr) continue;
    peer.exchange->answer(job->job, job->payload);
    ++count;
  }
  return count;
}

std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i)
    text[i] = static_cast<char>(i * 2654435761U >> 15);
  return text;
}

// A broker, who submits to it, and who serves one queue of it.
struct Pair {
  Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};

  Pair() {
    join({&client, &node});
    node.exchange->serve("q");
  }
};

}  // namespace

TEST_CASE("a job goes to who serves its queue, and its answer comes back") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  CHECK(client.next<Joined>().engine == broker.address());
  join({&node});
  node.exchange->serve("upper");
  const Ticket first = submit(client, "upper", std::string{"a\0b", 3});
  const Ticket second = submit(client, "upper", "");
  CHECK(first != second);
  until([&] { return !node.heard.empty(); }, {&client, &node});
  const auto job = node.next<Assigned>();
  CHECK(job.queue == "upper");
  CHECK(text_of(job.payload) == std::string{"a\0b", 3});
  node.exchange->answer(job.job, bytes_of(std::string_view{"A\0B", 3}));
  until([&] { return !client.heard.empty() && !node.heard.empty(); }, {&client, &node});
  const auto answer = client.next<Answered>();
  CHECK(answer.ticket == first);
  CHECK(text_of(answer.payload) == std::string{"A\0B", 3});
  node.exchange->answer(node.next<Assigned>().job, {});
  until([&] { return !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<Answered>().payload.empty());
}

TEST_CASE("a job waits in the broker until somebody serves its queue") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  join({&client, &node});
  const std::string longest(512, 'q');
  const Ticket ticket = submit(client, longest, "x");
  node.exchange->serve("another");
  for (int i = 0; i < 5; ++i)
    client.hear(), node.hear();
  CHECK(client.heard.empty());
  CHECK(node.heard.empty());
  node.exchange->serve(longest);
  until([&] { return echo(node) > 0; }, {&client, &node});
  until([&] { return !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == ticket);
}

TEST_CASE("payloads of many megabytes pass whole, both ways") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  join({&client, &node});
  node.exchange->take_at_most(4);
  node.exchange->serve("echo");
  for (const std::size_t mebibytes : {1U, 64U}) {
    const std::string payload = pattern((mebibytes << 20) + 1);
    const Ticket ticket = submit(client, "echo", payload);
    until([&] { return echo(node) > 0; }, {&client, &node});
    until([&] { return !client.heard.empty(); }, {&client, &node});
    const auto answer = client.next<Answered>();
    CHECK(answer.ticket == ticket);
    CHECK(text_of(answer.payload) == payload);
  }
}

TEST_CASE("a thousand jobs are in flight at one time, and each gets its own answer") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  join({&client, &node});
  node.exchange->take_at_most(1000);
  node.exchange->serve("echo");
  std::map<Ticket, std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string payload = std::to_string(i);
    expected[submit(client, "echo", payload)] = payload;
  }
  until([&] { return all<Assigned>(node).size() == 1000; }, {&client, &node});
  CHECK(echo(node) == 1000);
  until([&] { return client.heard.size() == 1000; }, {&client, &node});
  for (const Answered& answer : all<Answered>(client)) {
    CHECK(expected.at(answer.ticket) == text_of(answer.payload));
    expected.erase(answer.ticket);
  }
  CHECK(expected.empty());
}

TEST_CASE("no more jobs are taken than are wanted, and two nodes share them") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer first{broker.address()};
  Peer second{broker.address()};
  join({&client, &first, &second});
  for (Peer* node : {&first, &second}) {
    node->exchange->take_at_most(2);
    node->exchange->serve("echo");
  }
  for (int i = 0; i < 10; ++i)
    submit(client, "echo", "x");
  until([&] { return first.heard.size() == 2 && second.heard.size() == 2; }, {&client, &first, &second});
  for (int i = 0; i < 10; ++i)
    client.hear(1), first.hear(1), second.hear(1);
  CHECK(first.heard.size() == 2);
  CHECK(second.heard.size() == 2);
  std::size_t by_first = 0;
  std::size_t by_second = 0;
  until(
      [&] {
        by_first += echo(first);
        by_second += echo(second);
        return client.heard.size() == 10;
      },
      {&client, &first, &second});
  CHECK(by_first + by_second == 10);
  CHECK(by_first > 1);
  CHECK(by_second > 1);
}

TEST_CASE("queues that are served always are served by whoever is full, too") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  join({&client, &node});
  node.exchange->take_at_most(1);
  node.exchange->serve("work");
  node.exchange->serve_always("ask");
  submit(client, "work", "1");
  submit(client, "work", "2");
  for (int i = 0; i < 50; ++i)
    submit(client, "ask", "?");
  until([&] { return node.heard.size() == 51; }, {&client, &node});
  std::map<std::string, int> queues;
  for (const Assigned& job : all<Assigned>(node))
    ++queues[job.queue];
  CHECK(queues == std::map<std::string, int>{{"ask", 50}, {"work", 1}});
}

TEST_CASE("a queue that always has jobs does not keep another one waiting") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  join({&client, &node});
  for (int i = 0; i < 100; ++i)
    submit(client, "busy", "x");
  submit(client, "rare", "x");
  client.hear();
  node.exchange->serve("busy");
  node.exchange->serve("rare");
  std::size_t before = 0;
  until(
      [&] {
        for (const Assigned& job : all<Assigned>(node)) {
          if (job.queue == "rare") return true;
          ++before;
        }
        echo(node);
        return false;
      },
      {&client, &node});
  CHECK(before < 10);
}

TEST_CASE("the jobs of a node that dies go to another, and are given up after three") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  join({&client});
  const Ticket ticket = submit(client, "deadly", "x");
  for (int i = 0; i < 3; ++i) {
    CHECK(client.heard.empty());
    Peer node{broker.address()};
    node.exchange->serve("deadly");
    until([&] { return !all<Assigned>(node).empty(); }, {&client, &node});
  }
  CHECK(client.next<GivenUp>().ticket == ticket);
}

TEST_CASE("a refused job is given up at once") {
  if (!has_gearmand()) return;
  Pair pair;
  auto& [broker, client, node] = pair;
  const Ticket ticket = submit(client, "q", "x");
  until([&] { return !node.heard.empty(); }, {&client, &node});
  node.exchange->refuse(node.next<Assigned>().job);
  until([&] { return !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<GivenUp>().ticket == ticket);
}

TEST_CASE("nothing is heard of a ticket that was forgotten, and its job goes on") {
  if (!has_gearmand()) return;
  Pair pair;
  auto& [broker, client, node] = pair;
  const Ticket forgotten = submit(client, "q", "x");
  const Ticket wanted = submit(client, "q", "y");
  client.exchange->forget(forgotten);
  std::size_t echoed = 0;
  until([&] { return (echoed += echo(node)) == 2 && !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == wanted);
  for (int i = 0; i < 5; ++i)
    client.hear();
  CHECK(client.heard.empty());
}

TEST_CASE("a queue that was left gets no more jobs, and what is held of it is not lost by that") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  Peer other{broker.address()};
  join({&client, &node, &other});
  node.exchange->take_at_most(1);
  node.exchange->serve("q");
  const Ticket first = submit(client, "q", "x");
  until([&] { return !node.heard.empty(); }, {&client, &node});
  const auto job = node.next<Assigned>();
  node.exchange->leave("q");
  const Ticket second = submit(client, "q", "y");
  other.exchange->take_at_most(10);
  other.exchange->serve("q");
  until([&] { return !other.heard.empty(); }, {&client, &node, &other});
  // The broker took nothing back: only the second job came.
  for (int i = 0; i < 10; ++i)
    client.hear(1), node.hear(1), other.hear(1);
  REQUIRE(other.heard.size() == 1);
  CHECK(text_of(other.next<Assigned>().payload) == "y");
  node.exchange->answer(job.job, bytes_of("done"));
  until([&] { return !client.heard.empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == first);
  client.exchange->forget(second);
  node.exchange->serve("another");
  submit(client, "q", "z");
  submit(client, "another", "a");
  until([&] { return !node.heard.empty() && !other.heard.empty(); }, {&client, &node, &other});
  CHECK(node.next<Assigned>().queue == "another");
  CHECK(text_of(other.next<Assigned>().payload) == "z");
}

TEST_CASE("who holds a long job of a queue that it has left takes jobs of others all the same") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  join({&client, &node});
  node.exchange->take_at_most(2);
  node.exchange->serve("left");
  node.exchange->serve("kept");
  const Ticket first = submit(client, "left", "x");
  until([&] { return !node.heard.empty(); }, {&client, &node});
  const auto job = node.next<Assigned>();
  node.exchange->leave("left");
  const Ticket second = submit(client, "kept", "y");
  until([&] { return !all<Assigned>(node).empty(); }, {&client, &node});
  node.exchange->answer(node.next<Assigned>().job, bytes_of("short"));
  until([&] { return !all<Answered>(client).empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == second);
  // The long one still counts.
  node.exchange->take_at_most(1);
  const Ticket third = submit(client, "kept", "z");
  for (int i = 0; i < 10; ++i)
    client.hear(1), node.hear(1);
  CHECK(all<Assigned>(node).empty());
  node.exchange->answer(job.job, bytes_of("long"));
  until([&] { return !all<Assigned>(node).empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == first);
  node.exchange->answer(node.next<Assigned>().job, bytes_of("last"));
  until([&] { return !all<Answered>(client).empty(); }, {&client, &node});
  CHECK(client.next<Answered>().ticket == third);
}

TEST_CASE("an answer is being sent until all of it has left") {
  if (!has_gearmand()) return;
  Pair pair;
  auto& [broker, client, node] = pair;
  submit(client, "q", "x");
  until([&] { return !node.heard.empty(); }, {&client, &node});
  const auto job = node.next<Assigned>();
  CHECK_FALSE(node.exchange->is_sending(job.job));
  node.exchange->answer(job.job, Bytes(std::size_t{64} << 20));
  CHECK(node.exchange->is_sending(job.job));
  until([&] { return !node.exchange->is_sending(job.job); }, {&client, &node});
  CHECK(client.next<Answered>().payload.size() == std::size_t{64} << 20);
}

TEST_CASE("the servers of all queues are counted") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  Peer node{broker.address()};
  // Asked before anything is connected: answered when it is.
  client.exchange->ask_servers();
  join({&client, &node});
  CHECK(client.next<Servers>().queues.empty());
  client.exchange->serve("a");
  client.exchange->serve_always("c");
  node.exchange->serve("a");
  node.exchange->serve("b");
  submit(client, "nobody", "x");
  using Queues = std::map<std::string, unsigned, std::less<>>;
  Queues queues;
  until(
      [&] {
        client.exchange->ask_servers();
        for (const Servers& servers : all<Servers>(client))
          queues = servers.queues;
        return queues == Queues{{"a", 2}, {"b", 1}, {"c", 1}};
      },
      {&client, &node});
  node.exchange.reset();
  until(
      [&] {
        client.exchange->ask_servers();
        for (const Servers& servers : all<Servers>(client))
          queues = servers.queues;
        return queues == Queues{{"a", 1}, {"c", 1}};
      },
      {&client});
}

TEST_CASE("waiting ends when the descriptor can be read") {
  if (!has_gearmand()) return;
  const Gearmand broker;
  Peer client{broker.address()};
  join({&client});
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK(client.exchange->wait(Exchange::Clock::time_point::max(), ends[0]).empty());
  CHECK(client.exchange->wait(Exchange::Clock::time_point::min(), -1).empty());
  for (const int end : ends)
    ::close(end);
}

}  // namespace prong::cluster::gearman
