// The way of a map's data, with all that options hang onto it: source → [intake] → job → [handover] →
// [chronicle] → sink.
#pragma once

#include "cli/chronicle.hpp"
#include "cli/failures_file.hpp"
#include "cli/handover.hpp"
#include "cli/intake.hpp"
#include "cli/run_files.hpp"

#include <optional>

namespace prong::cli {

class Interruption;

// Intake and handover are there when something is to be remembered, known, or read from files; otherwise the
// data passes without a look at it. All parts, files and sink outlive this.
class Passage {
 public:
  // Throws OutputFailed.
  Passage(const MapParts& parts, RunFiles& files, PieceSink& sink);

  // Until all has passed, or the sink wants no more. A signal halts the job first, when there is an
  // `interruption`. Throws as flow() does. [blocks]
  void travel(const Job& job, Interruption* interruption);

 private:
  [[nodiscard]] bool shows_progress() const;
  [[nodiscard]] PieceSink& sink();
  void flow_through(const Job& job, Halt& halt);

  MapParts parts_;
  PieceSink& sink_;
  std::optional<Chronicle> chronicle_;
  std::optional<FailuresFile> failures_;
  std::optional<Handover> handover_;
  std::optional<Intake> intake_;
};

}  // namespace prong::cli
