// The file of --report: one page of HTML that needs nothing else.
#pragma once

#include "cli/output.hpp"
#include "cli/report/run_summary.hpp"

#include <string>

namespace prong::cli {

struct ReportFacts {
  std::string command;    // "prong map examples.square"
  std::string signature;  // of the function
  unsigned workers = 0;
};

[[nodiscard]] std::string report_page(const RunSummary& run, const ReportFacts& facts);

// Made at the end of a run.
class ReportFile {
 public:
  struct Options {
    Output& output;  // outlives this
    ReportFacts facts;
    RunClock clock;
  };
  explicit ReportFile(const Options& options)
      : output_{&options.output}, facts_{options.facts}, run_{options.clock} {}

  void record(const Piece& piece) { run_.record(piece); }
  // Throws OutputFailed.
  void finish() {
    run_.finish();
    output_->write(report_page(run_, facts_));
  }

 private:
  Output* output_;
  ReportFacts facts_;
  RunSummary run_;
};

}  // namespace prong::cli
