// What a worker may claim, field by field, and what the host believes.
#include "pool/claims.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

namespace prong::pool {

namespace {

using transport::FailureHead;
using transport::Run;

// An arena with one block for a task of four items: its table is one cache line, its data begins at 64.
struct Arena {
  alignas(64) std::array<std::byte, 4096> bytes{};

  void put(std::size_t at, const Run& run) { std::memcpy(bytes.data() + at * sizeof run, &run, sizeof run); }
  [[nodiscard]] auto read(std::uint64_t runs, std::uint64_t offset = 0) const {
    return read_runs(bytes, offset, runs, 4);
  }
  [[nodiscard]] auto read_as_values(std::uint64_t runs, std::uint64_t offset = 0) const {
    return read_values(bytes, offset, runs, 4);
  }
};

}  // namespace

TEST_CASE("runs are given in the order of the items, with their bytes") {
  Arena arena;
  arena.put(0, {.end = 10, .first = 2, .count = 1});
  arena.put(1, {.end = 30, .first = 0, .count = 2});
  const auto runs = arena.read(2);
  REQUIRE(runs);
  REQUIRE(runs->size() == 2);
  CHECK((*runs)[0].first == 0);
  CHECK((*runs)[0].begin == 64 + 10);
  CHECK((*runs)[0].end == 64 + 30);
  CHECK((*runs)[1].first == 2);
  CHECK((*runs)[1].begin == 64);
}

TEST_CASE("values that lie in order are read as such, and nothing else is") {
  Arena arena;
  arena.put(0, {.end = 10, .first = 1, .count = 1});
  arena.put(1, {.end = 10, .first = 2, .count = 1});
  arena.put(2, {.end = 15, .first = 3, .count = 1});
  const auto values = arena.read_as_values(3);
  REQUIRE(values);
  CHECK(values->first == 1);
  CHECK(values->begin == 64);
  CHECK(values->ends == std::vector<std::uint64_t>{10, 10, 15});
  CHECK_FALSE(arena.read_as_values(0));
  SUBCASE("a failure among them") { arena.put(1, {.end = 10, .first = 2, .count = 0}); }
  SUBCASE("several items in one run") { arena.put(2, {.end = 15, .first = 3, .count = 2}); }
  SUBCASE("a gap") { arena.put(1, {.end = 10, .first = 3, .count = 1}); }
  SUBCASE("another order") {
    arena.put(0, {.end = 10, .first = 2, .count = 1});
    arena.put(1, {.end = 10, .first = 1, .count = 1});
  }
  CHECK_FALSE(arena.read_as_values(3));
}

TEST_CASE("impossible claims are refused") {
  Arena arena;
  arena.put(0, {.end = 10, .first = 0, .count = 1});
  const auto refused = [&arena](std::uint64_t runs, std::uint64_t offset = 0) {
    return !arena.read(runs, offset) && !arena.read_as_values(runs, offset);
  };
  SUBCASE("more runs than items") { CHECK(refused(5)); }
  SUBCASE("very many runs") { CHECK(refused(~std::uint64_t{0})); }
  SUBCASE("a block beyond the arena") { CHECK(refused(1, 4096)); }
  SUBCASE("a block whose offset wraps") { CHECK(refused(1, ~std::uint64_t{63})); }
  SUBCASE("a block that is not aligned") { CHECK(refused(1, 8)); }
  SUBCASE("an end beyond the arena") {
    arena.put(0, {.end = 4096, .first = 0, .count = 1});
    CHECK(refused(1));
  }
  SUBCASE("an end that wraps") {
    arena.put(0, {.end = ~std::uint64_t{0}, .first = 0, .count = 1});
    CHECK(refused(1));
  }
  SUBCASE("ends that fall") {
    arena.put(1, {.end = 5, .first = 1, .count = 1});
    CHECK(refused(2));
  }
  SUBCASE("an item beyond the task") {
    arena.put(0, {.end = 10, .first = 4, .count = 1});
    CHECK(refused(1));
  }
  SUBCASE("items that reach beyond the task") {
    arena.put(0, {.end = 10, .first = 3, .count = 2});
    CHECK(refused(1));
  }
  SUBCASE("a count that wraps") {
    arena.put(0, {.end = 10, .first = 3, .count = ~std::uint32_t{0}});
    CHECK(refused(1));
  }
  SUBCASE("an item twice") {
    arena.put(1, {.end = 20, .first = 0, .count = 1});
    CHECK(refused(2));
  }
  SUBCASE("an item inside another run") {
    arena.put(0, {.end = 10, .first = 0, .count = 3});
    arena.put(1, {.end = 20, .first = 1, .count = 0});
    CHECK(refused(2));
  }
}

// Any word may change at any time: what was checked must be what is used.
TEST_CASE("a table that changes while it is read is believed wholly or not at all") {
  constexpr std::uint64_t enough = 50'000;
  Arena arena;
  auto words = std::span{reinterpret_cast<std::uint64_t*>(arena.bytes.data()), 8};
  std::jthread racer{[&](const std::stop_token& stop) {
    for (std::uint64_t turn = 0; !stop.stop_requested(); ++turn) {
      for (std::size_t run = 0; run < 4; ++run) {
        const std::uint64_t end = turn % 3 == 0 ? ~std::uint64_t{0} >> (turn % 64) : 10 * (run + 1);
        std::atomic_ref{words[2 * run]}.store(end, std::memory_order_relaxed);
        // The first item in the lower half, the count in the upper.
        const std::uint64_t items = turn % 5 == 0 ? turn * 0x1'0000'0003 : run | std::uint64_t{1} << 32;
        std::atomic_ref{words[2 * run + 1]}.store(items, std::memory_order_relaxed);
      }
    }
  }};
  std::uint64_t believed = 0;
  std::uint64_t refused = 0;
  std::uint64_t wrong = 0;
  while (believed < enough || refused < enough) {
    const auto runs = arena.read(4);
    if (const auto values = arena.read_as_values(4)) {
      if (values->first != 0 || values->begin != 64 || values->ends.size() != 4) ++wrong;
      if (!std::ranges::is_sorted(values->ends) || values->ends.back() > arena.bytes.size() - 64) ++wrong;
    }
    ++(runs ? believed : refused);
    if (!runs) continue;
    std::uint64_t items = 0;
    for (const CheckedRun& run : *runs) {
      if (run.begin > run.end || run.end > arena.bytes.size() || run.begin < 64) ++wrong;
      if (run.first < items || run.first + run.count > 4) ++wrong;
      items = run.first + run.count;
      if (run.failed) static_cast<void>(read_failure(arena.bytes, run));
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("failures are read, and checked") {
  Arena arena;
  const auto failure = [&](FailureHead head, std::string_view text) {
    std::memcpy(arena.bytes.data() + 64, &head, sizeof head);
    text.copy(reinterpret_cast<char*>(arena.bytes.data()) + 64 + sizeof head, text.size());
    return read_failure(
        arena.bytes,
        {.first = 0, .count = 1, .begin = 64, .end = 64 + sizeof head + text.size(), .failed = true});
  };
  const auto threw = static_cast<std::uint32_t>(Ending::threw);
  const auto good = failure({.ending = threw, .type_size = 3}, "intbad");
  REQUIRE(good);
  CHECK(good->type == "int");
  CHECK(good->what == "bad");
  CHECK_FALSE(failure({.ending = threw, .type_size = 7}, "intbad"));
  CHECK_FALSE(failure({.ending = threw, .type_size = ~0U}, "intbad"));
  CHECK_FALSE(failure({.ending = 200, .type_size = 0}, ""));
  // Only the host may say that a worker crashed or that an item returned.
  CHECK_FALSE(failure({.ending = static_cast<std::uint32_t>(Ending::crashed), .type_size = 0}, ""));
  CHECK_FALSE(failure({.ending = static_cast<std::uint32_t>(Ending::returned), .type_size = 0}, ""));
  CHECK_FALSE(read_failure(arena.bytes, {.first = 0, .count = 1, .begin = 64, .end = 66, .failed = true}));
}

}  // namespace prong::pool
