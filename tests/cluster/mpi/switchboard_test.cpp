// Switchboards of several ranks, in one process and without MPI: parcels are carried by hand.
#include "cluster/mpi/switchboard.hpp"

#include "cluster/mpi/parcel.hpp"
#include "limits.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cluster::mpi {

namespace {

using Clock = Switchboard::Clock;
const Clock::time_point start{};

Bytes bytes(std::string_view text) {
  const auto all = std::as_bytes(std::span{text});
  return {all.begin(), all.end()};
}

struct Run {
  explicit Run(int ranks) {
    for (int rank = 0; rank < ranks; ++rank)
      boards.push_back(std::make_unique<Switchboard>(rank, ranks, start));
  }

  // Until nothing is on its way, as MPI would: in order between any two.
  void carry() {
    for (bool moved = true; moved;) {
      moved = false;
      for (int rank = 0; rank < static_cast<int>(boards.size()); ++rank) {
        for (Parcel& parcel : boards[static_cast<std::size_t>(rank)]->take_outgoing()) {
          moved = true;
          ++carried;
          const int to = parcel.to.rank;
          REQUIRE(to != rank);
          auto read = decode(encode(parcel), rank, to);
          REQUIRE(read);
          boards[static_cast<std::size_t>(to)]->take(std::move(*read));
        }
      }
    }
  }

  Switchboard& operator[](std::size_t rank) { return *boards[rank]; }

  std::vector<std::unique_ptr<Switchboard>> boards;
  int carried = 0;
};

// A port, and what it was told.
struct Speaker {
  Speaker(Switchboard& switchboard) : board{switchboard}, port{board.open([] {})} {}

  template <typename One>
  std::vector<One> take() {
    for (Event& event : board.take_events(port))
      events.push_back(std::move(event));
    std::vector<One> found;
    std::erase_if(events, [&](Event& event) {
      One* one = std::get_if<One>(&event);
      if (one != nullptr) found.push_back(std::move(*one));
      return one != nullptr;
    });
    return found;
  }

  Switchboard& board;
  Switchboard::Port port;
  std::vector<Event> events;
};

struct Node : Speaker {
  Node(Switchboard& switchboard, std::size_t jobs) : Speaker{switchboard} {
    board.take_at_most(port, jobs);
    board.serve(port, "work", false);
    static_cast<void>(take<Joined>());
  }
};

}  // namespace

TEST_CASE("a job goes to another rank and its answer comes back") {
  Run run{2};
  Speaker client{run[0]};
  Node node{run[1], 1};
  run.carry();
  const Ticket ticket = run[0].submit(client.port, "work", bytes("question"));
  run.carry();
  const auto jobs = node.take<Assigned>();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].queue == "work");
  CHECK(jobs[0].payload == bytes("question"));
  run[1].answer(jobs[0].job, bytes("answer"));
  run.carry();
  const auto answers = client.take<Answered>();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].ticket == ticket);
  CHECK(answers[0].payload == bytes("answer"));
}

TEST_CASE("what a rank sends to itself does not leave it") {
  Run run{1};
  Speaker client{run[0]};
  Node node{run[0], 1};
  static_cast<void>(run[0].submit(client.port, "work", bytes("x")));
  const auto jobs = node.take<Assigned>();
  REQUIRE(jobs.size() == 1);
  run[0].refuse(jobs[0].job);
  CHECK(client.take<GivenUp>().size() == 1);
  run.carry();
  CHECK(run.carried == 0);
}

TEST_CASE("jobs go to who has the fewest for those that he takes, and wait while nobody has room") {
  Run run{3};
  Speaker client{run[0]};
  Node own{run[0], 2};
  Node small{run[1], 1};
  Node large{run[2], 4};
  run.carry();
  for (int i = 0; i < 10; ++i)
    static_cast<void>(run[0].submit(client.port, "work", bytes("x")));
  run.carry();
  CHECK(own.take<Assigned>().size() == 2);
  const auto of_small = small.take<Assigned>();
  CHECK(of_small.size() == 1);
  const auto of_large = large.take<Assigned>();
  CHECK(of_large.size() == 4);
  run[2].answer(of_large[0].job, bytes("y"));
  run[2].refuse(of_large[1].job);
  run[1].answer(of_small[0].job, bytes("y"));
  run.carry();
  CHECK(large.take<Assigned>().size() == 2);
  CHECK(small.take<Assigned>().size() == 1);
  CHECK(client.take<Answered>().size() == 2);
  CHECK(client.take<GivenUp>().size() == 1);
}

TEST_CASE("a queue that nobody serves does not keep others from being worked on") {
  Run run{2};
  Speaker client{run[0]};
  Node node{run[1], 1};
  run.carry();
  static_cast<void>(run[0].submit(client.port, "nobody's", bytes("x")));
  static_cast<void>(run[0].submit(client.port, "work", bytes("x")));
  run.carry();
  CHECK(node.take<Assigned>().size() == 1);
}

TEST_CASE("of a queue that is served always, any number of jobs come") {
  Run run{2};
  Speaker client{run[0]};
  run[0].serve(client.port, "claims", true);
  Speaker node{run[1]};
  run.carry();
  for (int i = 0; i < 5; ++i)
    static_cast<void>(run[1].submit(node.port, "claims", bytes("may I?")));
  run.carry();
  CHECK(client.take<Assigned>().size() == 5);
}

TEST_CASE("a peer that gets more than it takes keeps the rest waiting") {
  Run run{2};
  Speaker client{run[0]};
  Speaker other{run[1]};
  Node node{run[1], 1};
  run.carry();
  // Two processes, each of which believes that there is room.
  static_cast<void>(run[0].submit(client.port, "work", bytes("x")));
  static_cast<void>(run[1].submit(other.port, "work", bytes("x")));
  run.carry();
  const auto first = node.take<Assigned>();
  REQUIRE(first.size() == 1);
  run[1].answer(first[0].job, bytes("y"));
  CHECK(node.take<Assigned>().size() == 1);
}

TEST_CASE("what is forgotten is told no more, and not sent any more") {
  Run run{2};
  Speaker client{run[0]};
  Node node{run[1], 1};
  run.carry();
  const Ticket sent = run[0].submit(client.port, "work", bytes("x"));
  const Ticket waiting = run[0].submit(client.port, "work", bytes("x"));
  run.carry();
  run[0].forget(sent);
  run[0].forget(waiting);
  const auto jobs = node.take<Assigned>();
  REQUIRE(jobs.size() == 1);
  run[1].answer(jobs[0].job, bytes("y"));
  run.carry();
  CHECK(client.take<Answered>().empty());
  CHECK(node.take<Assigned>().empty());
  // The room that the forgotten one took is there again.
  static_cast<void>(run[0].submit(client.port, "work", bytes("x")));
  run.carry();
  CHECK(node.take<Assigned>().size() == 1);
}

TEST_CASE("jobs of a port that closes are given up, and it gets no more") {
  Run run{2};
  Speaker client{run[0]};
  Node node{run[1], 2};
  run.carry();
  static_cast<void>(run[0].submit(client.port, "work", bytes("x")));
  run.carry();
  static_cast<void>(run[0].submit(client.port, "work", bytes("on its way")));
  run[1].close(node.port);
  run.carry();
  CHECK(client.take<GivenUp>().size() == 2);
  static_cast<void>(run[0].submit(client.port, "work", bytes("waits")));
  Node next{run[1], 1};
  run.carry();
  CHECK(next.take<Assigned>().size() == 1);
}

TEST_CASE("who serves what is answered when all ranks have offered something, or time is up") {
  Run run{3};
  Speaker client{run[0]};
  Node own{run[0], 1};
  Node first{run[1], 1};
  run.carry();
  run[0].ask_servers(client.port);
  CHECK(client.take<Servers>().empty());
  SUBCASE("all have") {
    Node second{run[2], 1};
    run.carry();
    const auto servers = client.take<Servers>();
    REQUIRE(servers.size() == 1);
    CHECK(servers[0].queues.at("work") == 3);
  }
  SUBCASE("one has nothing") {
    run[0].tend(start + limits::mpi_offers_time);
    const auto servers = client.take<Servers>();
    REQUIRE(servers.size() == 1);
    CHECK(servers[0].queues.at("work") == 2);
  }
}

TEST_CASE("who serves what is not answered with a part of what a node offers") {
  Run run{1};
  Speaker client{run[0]};
  Speaker node{run[0]};
  run[0].take_at_most(node.port, 1);
  run[0].ask_servers(client.port);
  for (const char* queue : {"one", "two", "three"}) {
    run[0].serve(node.port, queue, false);
    CHECK(client.take<Servers>().empty());
  }
  static_cast<void>(node.take<Joined>());
  const auto servers = client.take<Servers>();
  REQUIRE(servers.size() == 1);
  CHECK(servers[0].queues.size() == 3);
}

TEST_CASE("the run is over when rank 0 says so, and has ended when the others have said bye") {
  Run run{3};
  Node first{run[1], 1};
  Node second{run[2], 1};
  run.carry();
  run[0].say_over();
  run.carry();
  CHECK(first.take<Over>().size() == 1);
  CHECK(second.take<Over>().size() == 1);
  CHECK(run[0].missing() == std::vector{1, 2});
  run[1].close(first.port);
  REQUIRE(run[1].over());
  run[1].say_bye();
  run.carry();
  CHECK(run[0].missing() == std::vector{2});
}

TEST_CASE("nothing follows on the last words") {
  Run run{2};
  Speaker node{run[1]};
  run[0].say_over();
  run.carry();
  static_cast<void>(run[1].submit(node.port, "gone", bytes("x")));
  run[1].close(node.port);
  run[1].say_bye();
  run.carry();
  run[0].take({.kind = ParcelKind::job, .from = {1, 0}, .to = {0, 7}, .number = 1, .queue = "late"});
  CHECK(run[0].take_outgoing().empty());
}

TEST_CASE("what another Prong says is not read") {
  const Bytes good = encode({.kind = ParcelKind::job, .number = 3, .queue = "work", .payload = bytes("x")});
  REQUIRE(decode(good, 1, 0));
  for (std::size_t size = 0; size < 36; ++size)
    CHECK_FALSE(decode(std::span{good}.first(size), 1, 0));
  Bytes other = good;
  other[0] ^= std::byte{1};
  CHECK_FALSE(decode(other, 1, 0));
  other = good;
  other[28] = std::byte{200};  // the kind
  CHECK_FALSE(decode(other, 1, 0));
}

}  // namespace prong::cluster::mpi
