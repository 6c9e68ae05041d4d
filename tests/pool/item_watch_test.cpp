// Time limits held against looks at a worker, on a clock that the test moves.
#include "pool/item_watch.hpp"

#include "limits.hpp"

#include <doctest/doctest.h>

namespace prong::pool {

using namespace std::chrono_literals;

namespace {

constexpr ItemWatch::Clock::time_point start{1000s};

Standing running(std::uint64_t place) { return {.stage = Standing::Stage::running, .place = place}; }

}  // namespace

TEST_CASE("an item's time runs from the first look that saw it") {
  const JobFacts facts{.item_time_limit = 100ms};
  ItemWatch watch;
  watch.restart(start);
  CHECK(watch.look(running(0), facts, start + 10ms) == Overdue::nothing);
  CHECK(watch.look(running(0), facts, start + 109ms) == Overdue::nothing);
  CHECK(watch.look(running(0), facts, start + 110ms) == Overdue::item);
  CHECK(watch.look(running(1), facts, start + 111ms) == Overdue::nothing);
  CHECK(watch.look(running(1), facts, start + 210ms) == Overdue::nothing);
  CHECK(watch.look(running(1), facts, start + 211ms) == Overdue::item);
}

TEST_CASE("a worker that goes to and fro in its task does not get more time by it") {
  const JobFacts facts{.item_time_limit = 100ms};
  ItemWatch watch;
  watch.restart(start);
  auto now = start;
  const auto looks_until_overdue = [&] {
    for (int looks = 1; looks < 1000; ++looks) {
      now += 25ms;
      const Standing standing = looks % 3 == 0 ? Standing{} : running(looks % 2 == 0 ? 7 : 3);
      if (watch.look(standing, facts, now) == Overdue::item) return looks;
    }
    return 1000;
  };
  CHECK(looks_until_overdue() < 20);
  // An honest one that was looked at while it wrote: the time of the item that runs is counted anew.
  watch.restart(now);
  CHECK(watch.look(running(900), facts, now) == Overdue::nothing);
  CHECK(watch.look(running(5), facts, now + 90ms) == Overdue::nothing);
  CHECK(watch.look(running(5), facts, now + 189ms) == Overdue::nothing);
  CHECK(watch.look(running(6), facts, now + 191ms) == Overdue::nothing);
}

TEST_CASE("loading and taking have limits of their own, and none without") {
  const Standing loading{.stage = Standing::Stage::loading, .place = 0};
  ItemWatch watch;
  watch.restart(start);
  CHECK(watch.look({}, {}, start + 1h) == Overdue::nothing);
  CHECK(watch.look(running(3), {}, start + 2h) == Overdue::nothing);
  CHECK(watch.look({}, {.item_time_limit = 1s}, start + 3h) == Overdue::nothing);
  CHECK(watch.look({}, {.item_time_limit = 1s}, start + 3h + limits::take_time + 1s) == Overdue::taking);
  CHECK(watch.look(loading, {.load_time_limit = 5s}, start + 4h) == Overdue::nothing);
  CHECK(watch.look(loading, {.load_time_limit = 5s}, start + 4h + 5s) == Overdue::loading);
}

TEST_CASE("a look at a file is given up when its worker does not begin: something of a plugin's holds it") {
  const JobFacts facts{.kind = transport::JobKind::load, .load_time_limit = 1s};
  ItemWatch watch;
  watch.restart(start);
  CHECK(watch.next_look(facts, start) == start + 1s);
  CHECK(watch.look({}, facts, start + 1s) == Overdue::nothing);
  CHECK(watch.next_look(facts, start + 1s) == start + limits::take_time);
  CHECK(watch.look({}, facts, start + limits::take_time) == Overdue::taking);
}

TEST_CASE("looks come often enough for the limit, and not at all without one") {
  const ItemWatch watch;
  CHECK_FALSE(watch.next_look({}, start).has_value());
  CHECK(watch.next_look({.item_time_limit = 80ms}, start) == start + 10ms);
  CHECK(watch.next_look({.item_time_limit = 1ms}, start) == start + limits::look_time_least);
  CHECK(watch.next_look({.item_time_limit = 1h}, start) == start + limits::look_time_most);
}

TEST_CASE("what is destroyed between tasks has its time each") {
  TidyWatch watch;
  CHECK_FALSE(watch.look(0, start, 100ms));
  CHECK_FALSE(watch.next_look(100ms));
  CHECK_FALSE(watch.look(7, start + 1h, 100ms));
  CHECK(watch.next_look(100ms) == start + 1h + 100ms);
  CHECK_FALSE(watch.look(7, start + 1h + 99ms, 100ms));
  CHECK_FALSE(watch.look(8, start + 1h + 100ms, 100ms));
  CHECK_FALSE(watch.look(8, start + 1h + 199ms, 100ms));
  CHECK(watch.look(8, start + 1h + 200ms, 100ms));
  CHECK_FALSE(watch.look(0, start + 2h, 100ms));
  CHECK_FALSE(watch.next_look(100ms));
}

}  // namespace prong::pool
