// Bounds of memory, told how much a worker has at each look.
#include "pool/memory_watch.hpp"

#include <doctest/doctest.h>

#include <string>

namespace prong::pool {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t mib = std::size_t{1} << 20;
constexpr MemoryWatch::Clock::time_point start{1h};

const JobFacts call{.kind = transport::JobKind::map};
const JobFacts loading{.kind = transport::JobKind::load, .load_time_limit = 10s};

}  // namespace

TEST_CASE("without a limit, what a function takes is not looked at") {
  MemoryWatch watch{{}};
  CHECK_FALSE(watch.next_look(call));
  CHECK_FALSE(watch.look({.own = std::size_t{1} << 50, .page_tables = std::size_t{1} << 40}, call, start));
}

TEST_CASE("page tables are looked at each 100 ms, whichever task runs, and end at the limit") {
  MemoryWatch watch{64 * mib};
  CHECK_FALSE(watch.look({.page_tables = 64 * mib}, call, start));
  watch.restart();
  CHECK(watch.next_look(call) == start + 100ms);
  const auto excess = watch.look({.page_tables = 65 * mib}, call, start + 100ms);
  REQUIRE(excess);
  CHECK(*excess == "65.0 MiB of page tables, where the limit of memory is 64.0 MiB");
}

TEST_CASE("tables that much memory needs are no excess: the pool's, a file's, a forked host's") {
  constexpr std::size_t much = std::size_t{100} << 30;
  for (const MemoryUse& use : {MemoryUse{.own = much, .page_tables = much / 512},
                               MemoryUse{.shared = much, .page_tables = much / 512},
                               MemoryUse{.files = much, .page_tables = much / 512}}) {
    MemoryWatch watch{16 * mib};
    CHECK_FALSE(watch.look(use, call, start));
  }
}

TEST_CASE("what is taken while a plugin is loaded counts from the first look, and all kinds of it") {
  MemoryWatch watch{64 * mib};
  CHECK(watch.next_look(loading) == MemoryWatch::Clock::time_point{} + 25ms);
  CHECK_FALSE(watch.look({.own = 300 * mib, .shared = 700 * mib, .files = 1 * mib}, loading, start));
  CHECK_FALSE(
      watch.look({.own = 320 * mib, .shared = 720 * mib, .page_tables = 20 * mib}, loading, start + 25ms));
  // Files can be read again: nobody has to keep them in RAM.
  CHECK_FALSE(watch.look({.own = 364 * mib, .shared = 700 * mib, .files = 900 * mib}, loading, start + 50ms));
  const auto excess =
      watch.look({.own = 330 * mib, .shared = 730 * mib, .page_tables = 5 * mib}, loading, start + 75ms);
  REQUIRE(excess);
  CHECK(*excess == "65.0 MiB while it is loaded, where the limit is 64.0 MiB");
  watch.restart();
  CHECK_FALSE(
      watch.look({.own = 330 * mib, .shared = 730 * mib, .page_tables = 5 * mib}, loading, start + 100ms));
}

TEST_CASE("without a limit, loading may take half of the machine's memory") {
  MemoryWatch watch{{}};
  CHECK_FALSE(watch.look({}, loading, start));
  CHECK_FALSE(watch.look({.own = 8 * mib}, loading, start));
  const auto excess = watch.look({.own = std::size_t{1} << 50}, loading, start);
  REQUIRE(excess);
  CHECK(excess->ends_with(", half of the machine's"));
}

TEST_CASE("memory that shrinks is no excess") {
  MemoryWatch watch{64 * mib};
  CHECK_FALSE(watch.look({.own = 500 * mib}, loading, start));
  CHECK_FALSE(watch.look({.own = 100 * mib}, loading, start));
}

}  // namespace prong::pool
