// Who may work on a chunk, and when it is sent anew.
#include "client/flights.hpp"

#include "limits.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace prong::client {

using namespace cluster;

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 8000ms;

// Flights of one job, and a clock that the test moves.
struct Sky {
  explicit Sky(bool trusting) : flights{patience, trusting} {
    const std::byte item{};
    job->add(make_segment(job->facts(), {.bytes = {&item, 1}, .count = 1}));
    flight = &flights.add(job, *job->take(1));
    send();
  }

  void send() {
    REQUIRE(flights.waiting(now).size() == 1);
    flights.submitted(*flight, ++tickets, now);
  }
  bool claims(std::uint8_t node, bool again = false, std::uint32_t attempt_back = 0) {
    Claim claim;
    claim.node = {node};
    claim.again = again;
    return flights.grant(flight->number, flight->attempt - attempt_back, claim, now);
  }
  // Whether it is to be sent anew by then.
  bool is_due_after(std::chrono::milliseconds time) {
    now += time;
    return !flights.waiting(now).empty();
  }

  std::shared_ptr<RemoteJob> job = std::make_shared<RemoteJob>(
      pool::JobFacts{.item_stride = 1, .result_stride = 1}, CallHead{}, "prong:map:a.b");
  Flights flights;
  Flight* flight = nullptr;
  Ticket tickets = 0;
  Flights::Clock::time_point now{1h};
};

}  // namespace

TEST_CASE("a chunk is granted to who asks first, and to it again") {
  Sky sky{false};
  CHECK_FALSE(sky.claims(1, true));  // it was not granted before
  CHECK(sky.claims(1));
  CHECK(sky.claims(1, true));
  CHECK_FALSE(sky.claims(2, true));
  CHECK_FALSE(sky.claims(2));
  CHECK(sky.claims(1, true));
}

TEST_CASE("an attempt that was overheard is granted to nobody else, nor to the same node twice") {
  Sky sky{false};
  CHECK(sky.claims(1));
  CHECK_FALSE(sky.claims(1));
  CHECK_FALSE(sky.claims(2));
}

TEST_CASE("a number that was never sent is nobody's") {
  Sky sky{false};
  CHECK_FALSE(sky.flights.grant(sky.flight->number + 1, 0, {}, sky.now));
  CHECK_FALSE(sky.flights.grant(sky.flight->number, 1, {}, sky.now));
}

TEST_CASE("a node that says that it is there keeps its chunk; a silent one loses it") {
  Sky sky{false};
  CHECK(sky.claims(1));
  for (int i = 0; i < 20; ++i) {
    CHECK_FALSE(sky.is_due_after(patience - 1ms));
    CHECK(sky.claims(1, true));
  }
  CHECK(sky.is_due_after(patience));
  CHECK(sky.flight->losses == 1);
  sky.send();
  CHECK_FALSE(sky.claims(1, true));      // it was too slow
  CHECK_FALSE(sky.claims(1, false, 1));  // of the attempt before
  CHECK(sky.claims(2));
}

TEST_CASE("with a key, a node whose chunk another one asks for has a moment to say that it is there") {
  Sky sky{false};
  CHECK(sky.claims(1));
  CHECK_FALSE(sky.claims(2));
  SUBCASE("it does") {
    CHECK(sky.claims(1, true));
    CHECK_FALSE(sky.is_due_after(patience - 1ms));
  }
  SUBCASE("it does not") {
    CHECK_FALSE(sky.is_due_after(limits::contested_claims * claim_interval(patience) - 1ms));
    CHECK(sky.is_due_after(1ms));
    CHECK(sky.flight->losses == 1);
  }
}

TEST_CASE("without a key, the engine is believed") {
  Sky sky{true};
  CHECK(sky.claims(1));
  SUBCASE("it gave the chunk to another node") {
    CHECK(sky.claims(2));
    CHECK_FALSE(sky.claims(1, true));
    CHECK(sky.flight->losses == 0);
  }
  SUBCASE("it gave the chunk up") {
    sky.flights.give_up(*sky.flight, sky.now);
    CHECK(sky.is_due_after(0ms));
    CHECK(sky.flight->losses == 1);
  }
}

TEST_CASE(
    "time in which a node cannot be heard does not count, nor that in which a chunk is still being sent") {
  Sky sky{false};
  CHECK_FALSE(sky.is_due_after(limits::unclaimed_patience * patience - 1ms));
  sky.flights.excuse_claimed(sky.now);  // none has
  sky.flights.excuse_unclaimed(sky.now);
  CHECK_FALSE(sky.is_due_after(limits::unclaimed_patience * patience - 1ms));
  CHECK(sky.claims(1));
  CHECK_FALSE(sky.is_due_after(patience - 1ms));
  sky.flights.excuse_unclaimed(sky.now);  // it is claimed
  sky.flights.excuse_claimed(sky.now);
  CHECK_FALSE(sky.is_due_after(patience - 1ms));
  sky.flights.excuse_unclaimed(sky.now);
  CHECK(sky.is_due_after(1ms));
}

TEST_CASE("with a key, that an unclaimed chunk was given up may be anybody's word") {
  Sky sky{false};
  for (int i = 0; i < 20; ++i) {
    sky.flights.give_up(*sky.flight, sky.now);
    CHECK_FALSE(sky.is_due_after(claim_interval(patience) - 1ms));
    CHECK(sky.is_due_after(1ms));
    sky.send();
  }
  CHECK(sky.flight->losses == 0);
  CHECK(sky.flights.remove(*sky.flight).size() == 1);
}

TEST_CASE("nothing more is expected of an attempt that was answered") {
  Sky sky{false};
  const Ticket answered = *sky.flight->ticket;
  sky.flights.reject(*sky.flight, true, sky.now);
  CHECK(sky.is_due_after(0ms));
  CHECK(sky.flight->losses == 1);
  CHECK(sky.flights.find_by_ticket(answered) == nullptr);
}

TEST_CASE("what nobody claims is sent again, more and more rarely, and is no loss") {
  Sky sky{false};
  auto time = limits::unclaimed_patience * patience;
  for (int i = 0; i < 4; ++i, time *= 2) {
    CHECK_FALSE(sky.is_due_after(time - 1ms));
    sky.now += 1ms;
    sky.send();
  }
  CHECK(sky.flight->losses == 0);
}

TEST_CASE("the engine's going away is no loss, and its attempts are not answered") {
  Sky sky{false};
  const Ticket ticket = *sky.flight->ticket;
  CHECK(sky.claims(1));
  sky.flights.void_ticket(ticket);
  CHECK(sky.flights.find_by_ticket(ticket) == nullptr);
  CHECK_FALSE(sky.claims(1, true));
  sky.send();
  CHECK(sky.flight->losses == 0);
}

TEST_CASE("any attempt may be the one that is answered, and all are over then") {
  Sky sky{false};
  const Ticket first = *sky.flight->ticket;
  CHECK(sky.claims(1));
  CHECK(sky.is_due_after(patience));
  sky.send();
  CHECK(sky.flights.find_by_ticket(first) == sky.flight);
  CHECK(sky.flights.remove(*sky.flight).size() == 2);
  CHECK(sky.flights.find_by_ticket(first) == nullptr);
  CHECK(sky.flights.size() == 0);
}

TEST_CASE("each ticket is of one attempt, whichever is the present one") {
  Sky sky{false};
  const Ticket first = sky.tickets;
  sky.flights.retry(*sky.flight);
  sky.send();
  CHECK(sky.flights.attempt_of(first) == 0);
  CHECK(sky.flights.attempt_of(sky.tickets) == 1);
}

TEST_CASE("a node that is more patient than the client has its own time") {
  Sky sky{false};
  Claim claim;
  claim.patience = 3 * patience;
  REQUIRE(sky.flights.grant(sky.flight->number, 0, claim, sky.now));
  CHECK_FALSE(sky.is_due_after(3 * patience - 1ms));
  CHECK(sky.is_due_after(1ms));
}

TEST_CASE("items that nobody wants any more stay so in the next attempt") {
  const std::vector<std::byte> items(10);
  const auto job = std::make_shared<RemoteJob>(
      pool::JobFacts{.chunk_size = 4, .item_stride = 1, .result_stride = 1}, CallHead{}, "prong:map:a.b");
  job->add(make_segment(job->facts(), {.bytes = items, .count = items.size()}));
  Flights flights{patience, true};
  const Flight& first = flights.add(job, *job->take(1));
  Flight& second = flights.add(job, *job->take(1));
  for (const std::uint64_t item : std::vector<std::uint64_t>{4, 7, 4, 8})  // the last one is in no flight yet
    flights.cancel(*job, item);
  flights.retry(second);
  CHECK(first.cancelled.empty());
  CHECK(second.cancelled == std::set<std::uint64_t>{0, 3});
}

}  // namespace prong::client
