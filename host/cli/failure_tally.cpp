// Failures to lines and a status.
#include "cli/failure_tally.hpp"

#include "cli/console.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace prong::cli {

namespace {

// A rejection with a type is a refusal of the function, whatever the input.
bool is_about_input(const Failure& failure) {
  return failure.ending == Ending::rejected && failure.type.empty();
}

}  // namespace

bool FailureTally::take(Piece piece) {
  const std::vector<Failure> failures = piece.failures;
  const bool goes_on = parts_.sink.take(std::move(piece));
  const std::span<const Failure> all = failures;
  const auto first = first_failed(all);
  const bool stops = parts_.on_error == OnError::stop && first != all.end();
  add(stops ? std::span{first, 1} : all);
  return goes_on;
}

void FailureTally::add(std::span<const Failure> failures) {
  std::vector<Failure> told;
  const auto tell = [&] {
    console::report(told);
    told.clear();
  };
  for (const Failure& failure : failures) {
    if (failure.ending == Ending::cancelled) continue;
    if (shows_details(failure)) {
      tell();
      console::report_crash(failure);
    } else {
      told.push_back(failure);
    }
    if (is_about_input(failure)) {
      const std::string place = parts_.source.place_of(failure.index);
      if (!place.empty()) told.back().what = place + ": " + failure.what;
    }
    // A lost item did nothing wrong.
    status_ =
        std::max(status_, failure.ending == Ending::lost ? ExitStatus::broken : ExitStatus::item_failed);
  }
  tell();
}

// Of many crashes at one place, or by one signal where no place is known, the first says it all.
bool FailureTally::shows_details(const Failure& failure) {
  constexpr std::size_t shown_crashes_max = 8;
  if (failure.ending != Ending::crashed || !failure.crash) return false;
  if (crashes_.size() == shown_crashes_max) return false;
  const auto& frames = failure.crash->frames;
  if (frames.empty()) return crashes_.emplace("", failure.signal).second;
  return crashes_.emplace(frames.front().file, frames.front().offset).second;
}

std::span<const Failure>::iterator first_failed(std::span<const Failure> failures) {
  return std::ranges::find_if(failures,
                              [](const Failure& failure) { return failure.ending != Ending::cancelled; });
}

bool lose_all_further(std::span<const Failure> failures) {
  return !failures.empty() && failures.back().ending == Ending::lost && failures.back().type == "replaced";
}

}  // namespace prong::cli
