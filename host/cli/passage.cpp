// Putting the parts together.
#include "cli/passage.hpp"

#include "cli/console.hpp"
#include "cli/file_content.hpp"
#include "cli/interruption.hpp"
#include "cli/module_text.hpp"
#include "cli/progress.hpp"
#include "cli/source_setup.hpp"

#include <fmt/format.h>

#include <exception>
#include <string>

namespace prong::cli {

namespace {

// Length and bytes: no two lists of fields read alike.
void add_field(std::string_view field, std::string& to) { to += fmt::format("{}:{},", field.size(), field); }

// All but the input that a result depends on.
std::string computation_of(const PassageParts& parts) {
  const ModuleInfo module = parts.pool.find(parts.options.function).front();
  std::string text;
  add_field(parts.function.name, text);
  add_field(module.build_id, text);
  if (module.build_id.empty()) {
    const FileContent file = read_file(module.file.native(), parts.pool);
    const Digest digest = digest_of({static_cast<const char*>(file.bytes.get()), file.size}, 0);
    add_field(fmt::format("{:x},{:x}", digest[0], digest[1]), text);
  }
  for (const Bound& bound : parts.options.bound) {
    add_field(bound.name, text);
    add_field(bound.value, text);
  }
  add_field(fmt::format("{} {} {}", static_cast<int>(parts.source.encoding()),
                        static_cast<int>(parts.results), parts.options.seed),
            text);
  return text;
}

Encoding encoding_of_pieces(const PassageParts& parts) {
  return parts.results == Encoding::native ? native_encoding(parts.function.result) : parts.results;
}

}  // namespace

Passage::Passage(const PassageParts& parts) : parts_{parts} {
  const Options& options = parts.options;
  if (options.takes_times()) {
    chronicle_.emplace(Chronicle::Parts{
        .options = options, .function = parts.function, .workers = parts.pool.workers(), .sink = parts.sink});
  }
  if (!options.failures && !options.journal && !options.takes_paths) return;
  if (options.journal) {
    journal_.emplace(Journal::Options{.file = *options.journal,
                                      .resume = options.resume,
                                      .computation = computation_of(parts),
                                      .function = parts.function.name});
  }
  if (options.failures) {
    // A path is text, whatever becomes of the file's content.
    const std::string type = options.takes_paths ? "str"
                             : parts.source.signature().empty()
                                 ? item_type(parts.function, !options.bound.empty())
                                 : parts.source.signature();
    failures_.emplace(*options.failures, InputForm{.encoding = parts.source.encoding(), .type = type});
  }
  handover_.emplace(Handover::Parts{.sink = sink(),
                                    .failures = failures_ ? &*failures_ : nullptr,
                                    .journal = journal_ ? &*journal_ : nullptr,
                                    .ordered = !options.unordered});
  intake_.emplace(Intake::Parts{.inputs = parts.source,
                                .handover = *handover_,
                                .file_memory = options.takes_paths ? &parts.pool : nullptr,
                                .journal = journal_ ? &*journal_ : nullptr,
                                .keeps_text = failures_.has_value(),
                                .function = parts.function.name,
                                .results = encoding_of_pieces(parts)});
}

PieceSink& Passage::sink() { return chronicle_ ? *chronicle_ : parts_.sink; }

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
  Halt halt{job};
  std::optional<Interruption::Drain> drain;
  if (interruption != nullptr) drain.emplace(*interruption, halt);
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
