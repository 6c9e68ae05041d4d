// Failures to lines and a status.
#include "cli/failure_tally.hpp"

#include "cli/console.hpp"

#include <algorithm>
#include <vector>

namespace prong::cli {

void FailureTally::add(std::span<const Failure> failures) {
  std::vector<Failure> told;
  for (const Failure& failure : failures) {
    if (failure.ending == Ending::cancelled) continue;
    told.push_back(failure);
    // A lost item did nothing wrong.
    status_ =
        std::max(status_, failure.ending == Ending::lost ? ExitStatus::broken : ExitStatus::item_failed);
  }
  console::report(told);
}

std::span<const Failure>::iterator first_failed(std::span<const Failure> failures) {
  return std::ranges::find_if(failures,
                              [](const Failure& failure) { return failure.ending != Ending::cancelled; });
}

}  // namespace prong::cli
