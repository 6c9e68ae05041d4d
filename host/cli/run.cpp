// `prong run`: source → job → collector → result function → answer.
#include "cli/answer.hpp"
#include "cli/bare_name.hpp"
#include "cli/collector.hpp"
#include "cli/commands.hpp"
#include "cli/input_paths.hpp"
#include "cli/job_setup.hpp"
#include "cli/module_text.hpp"
#include "cli/passage.hpp"
#include "cli/source_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace prong::cli {

namespace {

bool has_parameter(const FunctionInfo& function, const std::string& name) {
  return std::ranges::find(function.parameters, name, &Parameter::name) != function.parameters.end();
}

void check_bound(const FunctionInfo& mapper, const FunctionInfo& result, const std::vector<Bound>& all) {
  for (const Bound& bound : all) {
    if (has_parameter(mapper, bound.name) || has_parameter(result, bound.name)) continue;
    throw WrongUsage{fmt::format("'{}' has no parameter '{}': the map function is {}, the result function {}",
                                 mapper.name, bound.name, signature_text(mapper), signature_text(result))};
  }
}

Call result_call(const Options& options, const FunctionInfo& mapper, std::vector<Bound> bound) {
  return {.function = options.function,
          .kind = FunctionKind::result,
          .bound = std::move(bound),
          .items = native_encoding(mapper.result),
          .item_signature = mapper.result,
          .results = printed_encoding(options),
          .seed = options.seed};
}

}  // namespace

ExitStatus run(const Options& options, Interruption&) {
  Pool pool{make_registry(options), pool_options(options, workers_wanted(options))};
  check_has_module(options, pool);
  const FunctionInfo mapper = pool.describe(options.function);
  const FunctionInfo result = pool.describe(options.function, FunctionKind::result);
  check_bound(mapper, result, options.bound);
  Options mapping = options;
  // What the result function has no use for is the mapper's, or a mistake that it tells.
  std::erase_if(mapping.bound,
                [&](const Bound& one) { return result.binds(one.name) && !mapper.binds(one.name); });
  std::vector<Bound> reducing = options.bound;
  std::erase_if(reducing, [&](const Bound& one) { return !result.binds(one.name); });
  const auto source = make_source(mapping, pool);
  // Opened before anything runs: what is wrong with it is found first.
  const Call reduction_call = result_call(options, mapper, std::move(reducing));
  Job reduction = pool.open(reduction_call);
  const Job job = pool.open(map_call(mapping, *source, Encoding::native));

  InputPaths paths;
  const MapParts parts{
      mapping, pool, *source, mapper, Encoding::native, job.build(), options.takes_paths ? &paths : nullptr};
  Collector collector{{.on_error = options.on_error, .json = options.json, .paths = parts.paths}};
  RunFiles files{parts};
  Passage passage{parts, files, collector, job};
  passage.travel(nullptr);
  if (collector.stopped()) return passage.status();
  const Survivors survivors = collector.survivors(pool, reduction_call.items);
  reduction.push(survivors.items);
  return std::max(print_answer(reduction, answer_form(options)), passage.status());
}

}  // namespace prong::cli
