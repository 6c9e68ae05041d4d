// Ranges are disjoint, come back, and are used again.
#include "transport/range_allocator.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

namespace prong::transport {

TEST_CASE("ranges are disjoint, granular and reused lowest first") {
  RangeAllocator ranges{1 << 20, 64};
  const auto first = ranges.allocate(1);
  const auto second = ranges.allocate(100);
  CHECK(first == 0);
  CHECK(second == 64);
  ranges.free(*first, 1);
  CHECK(ranges.allocate(64) == 0);
  CHECK(ranges.high_water() == 192);
}

TEST_CASE("what does not fit is refused, also when its rounding overflows") {
  RangeAllocator ranges{4096, 64};
  CHECK_FALSE(ranges.allocate(4097));
  CHECK_FALSE(ranges.allocate(SIZE_MAX));
  CHECK(ranges.allocate(4096) == 0);
  CHECK_FALSE(ranges.allocate(1));
  ranges.free(0, 4096);
  CHECK(ranges.allocate(4096) == 0);
}

TEST_CASE("random use keeps ranges apart, and in the end everything is one range again") {
  constexpr std::uint32_t seed = 20261123;
  CAPTURE(seed);
  std::mt19937 random{seed};
  constexpr std::size_t size = 1 << 16;
  RangeAllocator ranges{size, 16};
  std::vector<bool> used(size);
  std::vector<std::pair<std::size_t, std::size_t>> held;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      const std::size_t wanted = random() % 2000;
      if (const auto offset = ranges.allocate(wanted)) {
        for (std::size_t i = 0; i < wanted; ++i) {
          REQUIRE_FALSE(used[*offset + i]);
          used[*offset + i] = true;
        }
        held.emplace_back(*offset, wanted);
      }
    } else if (!held.empty()) {
      const std::size_t at = random() % held.size();
      const auto [offset, length] = held[at];
      for (std::size_t i = 0; i < length; ++i)
        used[offset + i] = false;
      ranges.free(offset, length);
      held[at] = held.back();
      held.pop_back();
    }
  }
  for (const auto& [offset, length] : held)
    ranges.free(offset, length);
  CHECK(ranges.allocate(size) == 0);
}

}  // namespace prong::transport
