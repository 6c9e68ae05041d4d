// Limits held against looks.
#include "pool/item_watch.hpp"

#include "limits.hpp"

#include <algorithm>

namespace prong::pool {

void ItemWatch::restart(Clock::time_point now) noexcept {
  standing_ = {};
  since_ = now;
}

Overdue ItemWatch::look(const Standing& standing, const JobFacts& facts, Clock::time_point now,
                        std::chrono::nanoseconds used) noexcept {
  if (standing != standing_) {
    standing_ = standing;
    since_ = now;
    used_since_ = used;
  }
  const auto elapsed = now - since_;
  switch (standing.stage) {
    case Standing::Stage::waiting:
      // Only where the caller wants bounds: a worker that a debugger holds may stay held otherwise.
      return facts.item_time_limit && elapsed >= limits::take_time + *facts.item_time_limit
                 ? Overdue::taking
                 : Overdue::nothing;
    case Standing::Stage::loading:
      return facts.load_time_limit && elapsed >= *facts.load_time_limit ? Overdue::loading : Overdue::nothing;
    case Standing::Stage::running:
      if (facts.item_time_limit && elapsed >= *facts.item_time_limit) return Overdue::item;
      return facts.item_processor_limit && used - used_since_ >= *facts.item_processor_limit
                 ? Overdue::item_on_processor
                 : Overdue::nothing;
  }
  return Overdue::nothing;
}

// Often enough that an item which starts between two looks gets little more than its time.
std::optional<ItemWatch::Clock::time_point> ItemWatch::next_look(const JobFacts& facts,
                                                                 Clock::time_point now) const noexcept {
  if (facts.item_time_limit || facts.item_processor_limit) {
    constexpr auto none = std::chrono::nanoseconds::max();
    const auto shorter =
        std::min(facts.item_time_limit.value_or(none), facts.item_processor_limit.value_or(none));
    return now +
           std::clamp<std::chrono::nanoseconds>(shorter / 8, limits::look_time_least, limits::look_time_most);
  }
  const bool probes = facts.kind != transport::JobKind::map && facts.kind != transport::JobKind::result;
  if (probes && facts.load_time_limit) return std::max(now, since_ + *facts.load_time_limit);
  return std::nullopt;
}

}  // namespace prong::pool
