// Waiting for one result.
#include "cli/answer.hpp"

#include "cli/console.hpp"

namespace prong::cli {

namespace {

ExitStatus status_of(const Failure& failure) {
  switch (failure.ending) {
    case Ending::lost:
      return ExitStatus::broken;
    // With a refusal's code when it is the function that was rejected, and not what it was given.
    case Ending::rejected:
      return failure.type.empty() ? ExitStatus::wrong_usage : ExitStatus::cannot_find;
    default:
      return ExitStatus::item_failed;
  }
}

}  // namespace

ExitStatus print_answer(Job job) {
  job.finish();
  const auto piece = job.next();
  if (!piece) return ExitStatus::broken;
  if (piece->failures.empty()) {
    console::print({reinterpret_cast<const char*>(piece->bytes.data()), piece->bytes.size()});
    return ExitStatus::success;
  }
  console::report_call(piece->failures.front());
  return status_of(piece->failures.front());
}

}  // namespace prong::cli
