// Failures to lines and a status.
#include "cli/failure_tally.hpp"

#include "cli/input_paths.hpp"
#include "limits.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>

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
  const std::span<const Failure> all = piece.failures;
  const auto first = first_failed(all);
  const bool stops = parts_.on_error == OnError::stop && first != all.end();
  // Before the sink has them: afterwards, nobody knows the files.
  const std::vector<console::Told> told = add(stops ? std::span{first, 1} : all);
  const bool goes_on = parts_.sink.take(std::move(piece));
  console::report(told);
  return goes_on;
}

std::vector<console::Told> FailureTally::add(std::span<const Failure> failures) {
  std::vector<console::Told> told;
  for (const Failure& failure : failures) {
    if (failure.ending == Ending::cancelled) continue;
    told.push_back({.sentence = sentence_on(failure), .details = details_of(failure)});
    // A lost item did nothing wrong.
    status_ =
        std::max(status_, failure.ending == Ending::lost ? ExitStatus::broken : ExitStatus::item_failed);
  }
  return told;
}

// What a list of paths has on some line is the path, and not what is wrong with the file.
std::string FailureTally::sentence_on(Failure failure) const {
  const std::string path = parts_.paths == nullptr ? "" : parts_.paths->find_untold(failure.index);
  if (path.empty()) {
    const std::string place = is_about_input(failure) ? parts_.source.place_of(failure.index) : "";
    if (!place.empty()) failure.what = place + ": " + failure.what;
    return failure.message();
  }
  const std::uint64_t index = std::exchange(failure.index, Failure::no_item);
  return fmt::format("item {} ({}): {}", index, prong::printable(path), failure.message());
}

std::vector<std::string> FailureTally::details_of(const Failure& failure) {
  std::vector<std::string> details = failure.details();
  if (details.empty()) return details;
  const bool has_input = !failure.crash->input.empty();
  if (!is_new_place(failure)) details.resize(has_input ? 1 : 0);
  if (has_input && ++shown_inputs_ > limits::shown_crash_inputs_max) details.erase(details.begin());
  return details;
}

// Of many crashes at one place, or by one signal where no place is known, the first says all but the input.
bool FailureTally::is_new_place(const Failure& failure) {
  constexpr std::size_t shown_places_max = 8;
  if (places_.size() == shown_places_max) return false;
  const auto& frames = failure.crash->frames;
  if (failure.ending != Ending::crashed) return places_.emplace(failure.ending, failure.function, 0).second;
  if (frames.empty()) return places_.emplace(failure.ending, "", failure.signal).second;
  return places_.emplace(failure.ending, frames.front().file, frames.front().offset).second;
}

std::span<const Failure>::iterator first_failed(std::span<const Failure> failures) {
  return std::ranges::find_if(failures,
                              [](const Failure& failure) { return failure.ending != Ending::cancelled; });
}

bool lose_all_further(std::span<const Failure> failures) {
  return !failures.empty() && failures.back().ending == Ending::lost && failures.back().type == "replaced";
}

}  // namespace prong::cli
