// One file after the other.
#include "cli/chronicle.hpp"

#include "cli/module_text.hpp"
#include "cli/source_setup.hpp"

#include <fmt/format.h>

#include <utility>

namespace prong::cli {

Chronicle::Chronicle(const Parts& parts) : sink_{parts.sink} {
  const FunctionInfo& function = parts.map.function;
  const RunClock clock;
  if (Output* log = parts.files.log()) log_.emplace(*log, clock);
  if (Output* trace = parts.files.trace())
    trace_.emplace(TraceFile::Options{.output = *trace, .function = function.name, .clock = clock});
  if (Output* report = parts.files.report()) {
    report_.emplace(ReportFile::Options{
        .output = *report,
        .facts = {.command = fmt::format("prong {} {}", parts.map.options.command, function.name),
                  .signature = signature_text(function),
                  .workers = parts.map.pool.workers()},
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
