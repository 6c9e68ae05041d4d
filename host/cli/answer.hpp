// The one answer of a single call, or of a result function.
#pragma once

#include "cli/exit_status.hpp"
#include "cli/options.hpp"

#include <prong/call.hpp>

#include <cstdint>

namespace prong::cli {

enum class AnswerForm : std::uint8_t { plain, json };
[[nodiscard]] inline AnswerForm answer_form(const Options& options) {
  return options.json ? AnswerForm::json : AnswerForm::plain;
}

// Finishes the job, waits for its result and prints that, or says why there is none. In the form json, either
// is an object on standard output. [blocks]
[[nodiscard]] ExitStatus print_answer(Job job, AnswerForm form);

}  // namespace prong::cli
