// The items of a timed piece, one by one: how each ended, and who ran it when.
#pragma once

#include <prong/call.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace prong::cli {

struct TimedItem {
  std::uint64_t index = 0;
  Ending ending = Ending::returned;
  const Failure* failure = nullptr;  // nullptr: it returned, or was tried again
  const Stint* stint = nullptr;      // nullptr: no worker ran it
  // With a stint. An equal share of it when the function did not say.
  std::chrono::steady_clock::time_point began = {};
  std::chrono::nanoseconds time{0};

  // It failed so, and was tried again.
  [[nodiscard]] bool is_attempt() const { return stint != nullptr && stint->attempt != Ending::returned; }
};

// In the order of the items; before an item its attempts, in theirs.
void for_each_timed(const Piece& piece, const std::function<void(const TimedItem&)>& visit);

// Of a stint, the part that ran items [first, end), which are among its own.
[[nodiscard]] Stint part_of(const Stint& stint, std::uint64_t first, std::uint64_t end);

}  // namespace prong::cli
