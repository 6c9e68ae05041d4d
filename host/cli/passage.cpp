// Putting the parts together.
#include "cli/passage.hpp"

#include "cli/console.hpp"
#include "cli/interruption.hpp"
#include "cli/module_text.hpp"
#include "cli/progress.hpp"
#include "cli/source_setup.hpp"

#include <exception>
#include <string>
#include <utility>

namespace prong::cli {

namespace {

Encoding encoding_of_pieces(const MapParts& parts) {
  return parts.results == Encoding::native ? native_encoding(parts.function.result) : parts.results;
}

}  // namespace

bool Passage::End::take(Piece piece) {
  const std::uint64_t first = piece.first;
  const std::uint64_t count = piece.count;
  const bool goes_on = sink_.take(std::move(piece));
  paths_.forget(first, count);
  return goes_on;
}

Passage::Passage(const MapParts& parts, RunFiles& files, PieceSink& results, const Job& job)
    : parts_{parts}, job_{job} {
  const Options& options = parts.options;
  make_order(results);
  if (options.takes_times())
    chronicle_.emplace(Chronicle::Parts{.map = parts, .files = files, .sink = sink()});
  if (options.failures || options.journal || options.takes_paths || options.output_folder)
    make_handover(files);
}

void Passage::make_handover(RunFiles& files) {
  const Options& options = parts_.options;
  if (Output* failures = files.failures()) {
    // A path is text, whatever becomes of the file's content.
    const std::string type = options.takes_paths ? "str"
                             : parts_.source.signature().empty()
                                 ? item_type(parts_.function, !options.bound.empty())
                                 : parts_.source.signature();
    failures_.emplace(*failures, InputForm{.encoding = parts_.source.encoding(), .type = type});
  }
  handover_.emplace(Handover::Parts{.sink = sink(),
                                    .failures = failures_ ? &*failures_ : nullptr,
                                    .journal = files.journal(),
                                    .order = order_ ? &*order_ : nullptr});
  intake_.emplace(Intake::Parts{.inputs = parts_.source,
                                .handover = *handover_,
                                .file_memory = options.takes_paths ? &parts_.pool : nullptr,
                                .journal = files.journal(),
                                .names = files.names(),
                                .paths = parts_.paths,
                                .keeps_text = failures_.has_value(),
                                .function = parts_.function.name,
                                .results = encoding_of_pieces(parts_)});
  intake_->set_build(job_.build());
}

// A run that stops at the first failure tells of none that comes after it in the input.
void Passage::make_order(PieceSink& sink) {
  PieceSink& results = parts_.paths == nullptr ? sink : end_.emplace(sink, *parts_.paths);
  const bool stops = parts_.options.on_error == OnError::stop;
  const auto passed = [this](std::uint64_t below) {
    job_.release(handover_ ? handover_->job_items_below(below) : below);
  };
  const auto tell = [&](PieceSink& to) {
    tally_.emplace(FailureTally::Parts{
        .sink = to, .source = parts_.source, .paths = parts_.paths, .on_error = parts_.options.on_error});
  };
  if (stops) tell(results);
  if (!parts_.options.unordered)
    order_.emplace(InputOrder::Parts{.sink = stops ? *tally_ : results, .passed = passed});
  if (!stops) tell(order_ ? *order_ : results);
}

PieceSink& Passage::sink() {
  if (chronicle_) return *chronicle_;
  return order_ && parts_.options.on_error == OnError::stop ? static_cast<PieceSink&>(*order_) : *tally_;
}

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

void Passage::travel(Interruption* interruption) {
  Halt halt{job_};
  std::optional<Interruption::Drain> drain;
  if (interruption != nullptr) drain.emplace(*interruption, [&halt] { halt.request(); });
  std::optional<Progress> progress;
  if (shows_progress()) {
    progress.emplace(
        [this] {
          const JobProgress ours = job_.progress();
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
    flow_through(halt);
  } catch (...) {
    failed = std::current_exception();
  }
  if (chronicle_) chronicle_->finish();
  if (failed) std::rethrow_exception(failed);
}

void Passage::flow_through(Halt& halt) {
  if (!intake_) return flow(parts_.source, job_, sink(), halt);
  flow(*intake_, job_, *handover_, halt);
}

}  // namespace prong::cli
