// Waiting for one result.
#include "cli/answer.hpp"

#include "cli/console.hpp"
#include "cli/outcome_json.hpp"

#include <optional>
#include <string_view>

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

ExitStatus print_answer(Job job, AnswerForm form) {
  job.finish();
  const auto piece = job.next();
  if (!piece) return ExitStatus::broken;
  if (piece->failures.empty()) {
    const std::string_view line{reinterpret_cast<const char*>(piece->bytes.data()), piece->bytes.size()};
    form == AnswerForm::json ? console::print(returned_json(std::nullopt, line)) : console::print(line);
    return ExitStatus::success;
  }
  if (form == AnswerForm::json) console::print(failed_json(std::nullopt, piece->failures.front()));
  console::report_call(piece->failures.front());
  return status_of(piece->failures.front());
}

}  // namespace prong::cli
