// Which items of a job are with workers: taken, and neither ended nor given back.
#pragma once

#include <cstdint>
#include <map>

namespace prong::pool {

// What keeps the promise that every item ends exactly once: an item that is not here can neither end nor be
// given back. Neighbours are one entry, so there are no more of them than tasks in flight, and mostly as many
// as workers.
class RunningItems {
 public:
  // Precondition of both, asserted: none of [first, first + count) is here; all of them are.
  void insert(std::uint64_t first, std::uint64_t count);
  void remove(std::uint64_t first, std::uint64_t count);
  [[nodiscard]] bool contains(std::uint64_t item) const;

 private:
  std::map<std::uint64_t, std::uint64_t> ends_;  // disjoint ranges: first → end
};

}  // namespace prong::pool
