// The way of a map's data, with all that options hang onto it: source → [intake] → job → [handover] →
// [chronicle] → tally → [input order] → [end] → sink. What is recorded and told of an item is so when it
// ends.
#pragma once

#include "cli/chronicle.hpp"
#include "cli/failure_tally.hpp"
#include "cli/failures_file.hpp"
#include "cli/handover.hpp"
#include "cli/input_order.hpp"
#include "cli/input_paths.hpp"
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
  Passage(const MapParts& parts, RunFiles& files, PieceSink& results, const Job& job);

  // Until all has passed, or the sink wants no more. A signal halts the job first, when there is an
  // `interruption`. Throws as flow() does. [blocks]
  void travel(Interruption* interruption);
  // By what failed until then.
  [[nodiscard]] ExitStatus status() const noexcept { return tally_->status(); }

 private:
  [[nodiscard]] bool shows_progress() const;
  void make_order(PieceSink& sink);
  void make_handover(RunFiles& files);
  [[nodiscard]] PieceSink& sink();
  void flow_through(Halt& halt);

  // Behind it, nobody asks which file an input was.
  class End final : public PieceSink {
   public:
    End(PieceSink& sink, InputPaths& paths) : sink_{sink}, paths_{paths} {}
    [[nodiscard]] bool take(Piece piece) override;

   private:
    PieceSink& sink_;
    InputPaths& paths_;
  };

  MapParts parts_;
  Job job_;
  std::optional<End> end_;
  std::optional<InputOrder> order_;
  std::optional<FailureTally> tally_;
  std::optional<Chronicle> chronicle_;
  std::optional<FailuresFile> failures_;
  std::optional<Handover> handover_;
  std::optional<Intake> intake_;
};

}  // namespace prong::cli
