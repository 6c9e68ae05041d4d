// The way of a map's data, with all that options hang onto it: source → [intake] → job → [handover] →
// [chronicle] → sink.
#pragma once

#include "cli/chronicle.hpp"
#include "cli/failures_file.hpp"
#include "cli/handover.hpp"
#include "cli/intake.hpp"
#include "cli/item_source.hpp"
#include "cli/journal.hpp"
#include "cli/options.hpp"

#include <prong/pool.hpp>

#include <memory>
#include <optional>

namespace prong::cli {

class Interruption;

struct PassageParts {
  const Options& options;
  Pool& pool;
  ItemSource& source;
  const FunctionInfo& function;
  Encoding results;  // of the call
  PieceSink& sink;
};

// Intake and handover are there when something is to be remembered, known, or read from files; otherwise the
// data passes without a look at it. All parts outlive this.
class Passage {
 public:
  // Opens the files of --failures, --journal, --log, --trace and --report. Throws as they do.
  explicit Passage(const PassageParts& parts);

  // Until all has passed, or the sink wants no more. A signal halts the job first, when there is an
  // `interruption`. Throws as flow() does. [blocks]
  void travel(const Job& job, Interruption* interruption);

 private:
  [[nodiscard]] bool shows_progress() const;
  [[nodiscard]] PieceSink& sink();
  void flow_through(const Job& job, Halt& halt);

  PassageParts parts_;
  std::optional<Chronicle> chronicle_;
  std::optional<FailuresFile> failures_;
  std::optional<Journal> journal_;
  std::optional<Handover> handover_;
  std::optional<Intake> intake_;
};

}  // namespace prong::cli
