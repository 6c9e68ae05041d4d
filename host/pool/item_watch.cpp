// Limits held against looks.
#include "pool/item_watch.hpp"

#include "limits.hpp"

#include <algorithm>
#include <utility>

namespace prong::pool {

namespace {

// What a worker may do before it begins: a plugin's destructor may hold it for ever.
std::chrono::nanoseconds taking_limit(const JobFacts& facts) noexcept {
  return std::max<std::chrono::nanoseconds>(*facts.load_time_limit, limits::take_time);
}

}  // namespace

void ItemWatch::restart(Clock::time_point now) noexcept {
  standing_ = {};
  steps_back_ = 0;
  since_ = now;
}

Overdue ItemWatch::look(const Standing& standing, const JobFacts& facts, Clock::time_point now,
                        std::chrono::nanoseconds used) noexcept {
  // A task goes forward only. A worker that says otherwise was looked at while it wrote, which is rare, or
  // wants more time for an item than that may have.
  const bool goes_back = standing < standing_ && steps_back_ < limits::steps_back_believed;
  if (goes_back) ++steps_back_;
  if (standing > standing_ || goes_back) {
    standing_ = standing;
    since_ = now;
    used_since_ = used;
  }
  const auto elapsed = now - since_;
  switch (standing.stage) {
    case Standing::Stage::waiting:
      // Only where somebody wants bounds: a worker that a debugger holds may stay held otherwise.
      if (is_probe(facts)) return elapsed >= taking_limit(facts) ? Overdue::taking : Overdue::nothing;
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
  if (!is_probe(facts)) return std::nullopt;
  const auto first = since_ + *facts.load_time_limit;
  return now < first ? first : std::max(now, since_ + taking_limit(facts));
}

bool TidyWatch::look(std::uint64_t job, Clock::time_point now, std::chrono::nanoseconds limit) noexcept {
  if (std::exchange(job_, job) != job) since_ = now;
  return job != 0 && now - since_ >= limit;
}

std::optional<TidyWatch::Clock::time_point> TidyWatch::next_look(
    std::chrono::nanoseconds limit) const noexcept {
  return job_ == 0 ? std::nullopt : std::optional{since_ + limit};
}

}  // namespace prong::pool
