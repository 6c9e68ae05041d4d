// Putting the parts together.
#include "cli/passage.hpp"

#include "cli/console.hpp"
#include "cli/interruption.hpp"
#include "cli/module_text.hpp"
#include "cli/progress.hpp"
#include "cli/source_setup.hpp"

#include <exception>
#include <string>

namespace prong::cli {

namespace {

Encoding encoding_of_pieces(const MapParts& parts) {
  return parts.results == Encoding::native ? native_encoding(parts.function.result) : parts.results;
}

}  // namespace

Passage::Passage(const MapParts& parts, RunFiles& files, PieceSink& to) : parts_{parts}, sink_{to} {
  const Options& options = parts.options;
  if (options.takes_times()) chronicle_.emplace(Chronicle::Parts{.map = parts, .files = files, .sink = to});
  if (!options.failures && !options.journal && !options.takes_paths && !options.output_folder) return;
  if (Output* failures = files.failures()) {
    // A path is text, whatever becomes of the file's content.
    const std::string type = options.takes_paths ? "str"
                             : parts.source.signature().empty()
                                 ? item_type(parts.function, !options.bound.empty())
                                 : parts.source.signature();
    failures_.emplace(*failures, InputForm{.encoding = parts.source.encoding(), .type = type});
  }
  handover_.emplace(Handover::Parts{.sink = sink(),
                                    .failures = failures_ ? &*failures_ : nullptr,
                                    .journal = files.journal(),
                                    .ordered = !options.unordered});
  intake_.emplace(Intake::Parts{.inputs = parts.source,
                                .handover = *handover_,
                                .file_memory = options.takes_paths ? &parts.pool : nullptr,
                                .journal = files.journal(),
                                .names = files.names(),
                                .keeps_text = failures_.has_value(),
                                .function = parts.function.name,
                                .results = encoding_of_pieces(parts)});
}

PieceSink& Passage::sink() { return chronicle_ ? *chronicle_ : sink_; }

bool Passage::shows_progress() const {
  switch (parts_.options.progress) {
    case ProgressWanted::always:
      return true;
    case ProgressWanted::never:
      return false;
    default:
      return console::has_terminal();
  }
}

void Passage::travel(const Job& job, Interruption* interruption) {
  if (intake_) intake_->set_build(job.build());
  Halt halt{job};
  std::optional<Interruption::Drain> drain;
  if (interruption != nullptr) drain.emplace(*interruption, [&halt] { halt.request(); });
  std::optional<Progress> progress;
  if (shows_progress()) {
    progress.emplace(
        [this, job] {
          const JobProgress ours = job.progress();
          const JobProgress known = handover_ ? handover_->known() : JobProgress{};
          return ProgressFacts{.done = ours.ended + known.ended,
                               .failed = ours.failed + known.failed,
                               .workers = parts_.pool.worker_pids().size(),
                               .total = parts_.source.total()};
        },
        Progress::Options{.always = parts_.options.progress == ProgressWanted::always});
  }
  std::exception_ptr failed;
  try {
    flow_through(job, halt);
  } catch (...) {
    failed = std::current_exception();
  }
  if (chronicle_) chronicle_->finish();
  if (failed) std::rethrow_exception(failed);
}

void Passage::flow_through(const Job& job, Halt& halt) {
  if (!intake_) return flow(parts_.source, job, sink(), halt);
  flow(*intake_, job, *handover_, halt);
}

}  // namespace prong::cli
