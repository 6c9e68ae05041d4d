// Stints and failures, walked side by side.
#include "cli/timed_items.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

namespace prong::cli {

namespace {

using std::chrono::nanoseconds;

nanoseconds share_of(const Stint& stint) {
  return (stint.ended - stint.began) / static_cast<std::int64_t>(std::max<std::uint64_t>(stint.count, 1));
}

nanoseconds time_of(const Stint& stint, std::uint64_t place) {
  return stint.times.empty() ? share_of(stint) : stint.times[place];
}

}  // namespace

void for_each_timed(const Piece& piece, const std::function<void(const TimedItem&)>& visit) {
  std::vector<const Stint*> stints;
  for (const Stint& stint : piece.stints)
    stints.push_back(&stint);
  std::ranges::sort(stints, {}, [](const Stint* one) {
    return std::tuple{one->first, one->attempt == Ending::returned, one->began};
  });
  auto next = stints.begin();
  auto failure = piece.failures.begin();
  const Stint* running = nullptr;
  auto began = std::chrono::steady_clock::time_point{};
  for (std::uint64_t index = piece.first; index < piece.first + piece.count; ++index) {
    for (; next != stints.end() && (*next)->first == index; ++next) {
      const Stint& stint = **next;
      if (stint.attempt == Ending::returned) {
        running = &stint;
        began = stint.began;
      } else {
        visit({.index = index,
               .ending = stint.attempt,
               .stint = &stint,
               .began = stint.began,
               .time = time_of(stint, 0)});
      }
    }
    TimedItem item{.index = index};
    if (failure != piece.failures.end() && failure->index == index) {
      item.failure = &*failure++;
      item.ending = item.failure->ending;
    }
    if (running != nullptr && index < running->first + running->count) {
      item.stint = running;
      item.began = began;
      item.time = time_of(*running, index - running->first);
      began += item.time;
    }
    visit(item);
  }
}

Stint part_of(const Stint& stint, std::uint64_t first, std::uint64_t end) {
  Stint part = stint;
  const std::uint64_t before = first - stint.first;
  const std::uint64_t after = stint.first + stint.count - end;
  part.first = first;
  part.count = end - first;
  if (stint.times.empty()) {
    part.began += share_of(stint) * static_cast<std::int64_t>(before);
    if (after > 0) part.ended = part.began + share_of(stint) * static_cast<std::int64_t>(part.count);
    return part;
  }
  const auto from = stint.times.begin() + static_cast<std::ptrdiff_t>(before);
  const auto to = stint.times.end() - static_cast<std::ptrdiff_t>(after);
  part.times.assign(from, to);
  part.began = std::accumulate(stint.times.begin(), from, stint.began);
  if (after > 0) part.ended = std::accumulate(from, to, part.began);
  return part;
}

}  // namespace prong::cli
