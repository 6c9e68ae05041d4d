// `prong bench`: the same map by one worker, by all, and by all with a task for each input; of an engine's
// workers by all alone.
#include "cli/bare_name.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/content_source.hpp"
#include "cli/halt.hpp"
#include "cli/interruption.hpp"
#include "cli/job_setup.hpp"
#include "cli/json_text.hpp"
#include "cli/measurement.hpp"
#include "cli/source_setup.hpp"
#include "cli/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace prong::cli {

namespace {

// A task for each of more inputs would only take longer to say the same.
constexpr std::uint64_t single_tasks_max = 20'000;

KeptInputs all_inputs(const Options& options, ItemSource& source, Pool& pool, const Call& call) {
  // Nothing is pushed into this job: a source wants something that can be halted.
  Halt halt{pool.open(call)};
  if (!options.takes_paths) return {source, halt};
  ContentSource contents{source, pool};
  return {contents, halt};
}

std::string row(const Measurement& one, const Measurement& alone) {
  std::string name = fmt::format("{} worker{}", one.workers, one.workers == 1 ? "" : "s");
  if (one.chunk_size == 1) name += ", a task for each";
  std::string text = fmt::format("  {:<28}{:>9}  {:>10} each", name, rate_text(one.per_second()),
                                 time_text(one.nanoseconds_each()));
  if (&one != &alone) text += fmt::format("  {:.2f} x", one.per_second() / alone.per_second());
  return text + '\n';
}

std::string row_json(const Measurement& one) {
  return fmt::format(
      R"({{"workers":{},"chunk":{},"inputs":{},"rounds":{},"failed":{},"per_second":{:.1f},"ns_each":{:.1f}}})",
      one.workers, one.chunk_size == 0 ? "null" : fmt::format("{}", one.chunk_size), one.inputs, one.rounds,
      one.failed, one.per_second(), one.nanoseconds_each());
}

std::string report(const std::string& function, const std::vector<Measurement>& all) {
  std::string text = fmt::format("{}: {} input{}, the quickest round of each row\n", function,
                                 all.front().inputs, all.front().inputs == 1 ? "" : "s");
  for (const Measurement& one : all)
    text += row(one, all.front());
  if (all.front().failed > 0) text += fmt::format("  {} of them failed\n", all.front().failed);
  return text;
}

}  // namespace

ExitStatus bench(const Options& options, Interruption&) {
  const bool is_here = options.engine.address.empty();
  Pool all{make_registry(options), pool_options(options, 0)};
  std::optional<Pool> alone;  // of an engine's nodes, none is told apart
  if (is_here) {
    PoolOptions one_worker = local_pool_options(options, 1);
    one_worker.workers = 1;
    alone.emplace(make_registry(options), one_worker);
  }
  Pool& first = alone ? *alone : all;
  check_has_module(options, first);
  const auto source = make_source(options, first);
  Call call = map_call(options, *source, Encoding::native);
  call.window_bytes = SIZE_MAX;
  call.held = false;
  const KeptInputs inputs = all_inputs(options, *source, first, call);
  if (inputs.count() == 0) throw WrongUsage{"there is no input to measure with"};

  std::vector<Measurement> rows;
  if (alone) rows.push_back(measure(*alone, call, inputs, inputs.count()));
  rows.push_back(measure(all, call, inputs, inputs.count()));
  call.chunk_size = 1;
  rows.push_back(measure(all, call, inputs, std::min(inputs.count(), single_tasks_max)));
  if (options.json) {
    console::print(fmt::format("{{\"function\":{},\"rows\":{}}}\n", json_string(options.function),
                               json_array(rows, row_json)));
  } else {
    console::print(report(options.function, rows));
  }
  return rows.front().failed == 0 ? ExitStatus::success : ExitStatus::item_failed;
}

}  // namespace prong::cli
