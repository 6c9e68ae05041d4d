// What a worker may claim, field by field, and what the host believes.
#include "pool/claims.hpp"

#include <doctest/doctest.h>

#include <cstring>
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

TEST_CASE("impossible claims are refused") {
  Arena arena;
  arena.put(0, {.end = 10, .first = 0, .count = 1});
  SUBCASE("more runs than items") { CHECK_FALSE(arena.read(5)); }
  SUBCASE("very many runs") { CHECK_FALSE(arena.read(~std::uint64_t{0})); }
  SUBCASE("a block beyond the arena") { CHECK_FALSE(arena.read(1, 4096)); }
  SUBCASE("a block whose offset wraps") { CHECK_FALSE(arena.read(1, ~std::uint64_t{63})); }
  SUBCASE("a block that is not aligned") { CHECK_FALSE(arena.read(1, 8)); }
  SUBCASE("an end beyond the arena") {
    arena.put(0, {.end = 4096, .first = 0, .count = 1});
    CHECK_FALSE(arena.read(1));
  }
  SUBCASE("an end that wraps") {
    arena.put(0, {.end = ~std::uint64_t{0}, .first = 0, .count = 1});
    CHECK_FALSE(arena.read(1));
  }
  SUBCASE("ends that fall") {
    arena.put(1, {.end = 5, .first = 1, .count = 1});
    CHECK_FALSE(arena.read(2));
  }
  SUBCASE("an item beyond the task") {
    arena.put(0, {.end = 10, .first = 4, .count = 1});
    CHECK_FALSE(arena.read(1));
  }
  SUBCASE("items that reach beyond the task") {
    arena.put(0, {.end = 10, .first = 3, .count = 2});
    CHECK_FALSE(arena.read(1));
  }
  SUBCASE("a count that wraps") {
    arena.put(0, {.end = 10, .first = 3, .count = ~std::uint32_t{0}});
    CHECK_FALSE(arena.read(1));
  }
  SUBCASE("an item twice") {
    arena.put(1, {.end = 20, .first = 0, .count = 1});
    CHECK_FALSE(arena.read(2));
  }
  SUBCASE("an item inside another run") {
    arena.put(0, {.end = 10, .first = 0, .count = 3});
    arena.put(1, {.end = 20, .first = 1, .count = 0});
    CHECK_FALSE(arena.read(2));
  }
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
