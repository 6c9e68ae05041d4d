// One file after the other.
#include "cli/chronicle.hpp"

#include "cli/module_text.hpp"
#include "cli/source_setup.hpp"

#include <fmt/format.h>

#include <utility>

namespace prong::cli {

Chronicle::Chronicle(const Parts& parts) : sink_{parts.sink} {
  const Options& options = parts.options;
  const RunClock clock;
  if (options.log) log_.emplace(*options.log, clock);
  if (options.trace)
    trace_.emplace(
        TraceFile::Options{.file = *options.trace, .function = parts.function.name, .clock = clock});
  if (options.report) {
    report_.emplace(ReportFile::Options{
        .file = *options.report,
        .facts = {.command = fmt::format("prong {} {}", options.command, parts.function.name),
                  .signature = signature_text(parts.function),
                  .workers = parts.workers},
        .clock = clock});
  }
}

bool Chronicle::take(Piece piece) {
  if (log_) log_->record(piece);
  if (trace_) trace_->record(piece);
  if (report_) report_->record(piece);
  // Whoever keeps results need not keep these.
  piece.stints = {};
  return sink_.take(std::move(piece));
}

void Chronicle::finish() {
  if (trace_) trace_->finish();
  if (report_) report_->finish();
}

}  // namespace prong::cli
