// `prong run`: source → job → collector → result function → answer.
#include "cli/answer.hpp"
#include "cli/collector.hpp"
#include "cli/commands.hpp"
#include "cli/job_setup.hpp"
#include "cli/module_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>

namespace prong::cli {

namespace {

bool has_parameter(const FunctionInfo& function, const std::string& name) {
  return std::ranges::find(function.parameters, name, &Parameter::name) != function.parameters.end();
}

// The bound arguments that `function` has a parameter for.
std::vector<Bound> bound_for(const FunctionInfo& function, const std::vector<Bound>& all) {
  std::vector<Bound> bound;
  std::ranges::copy_if(all, std::back_inserter(bound),
                       [&](const Bound& one) { return has_parameter(function, one.name); });
  return bound;
}

void check_bound(const FunctionInfo& mapper, const FunctionInfo& result, const std::vector<Bound>& all) {
  for (const Bound& bound : all) {
    if (has_parameter(mapper, bound.name) || has_parameter(result, bound.name)) continue;
    throw WrongUsage{fmt::format("'{}' has no parameter '{}': the map function is {}, the result function {}",
                                 mapper.name, bound.name, signature_text(mapper), signature_text(result))};
  }
}

// Scalars, and tuples and structs of them: no type word in the signature is of variable size.
bool is_fixed_size(std::string_view signature) {
  if (signature.find_first_of("[?*") != std::string_view::npos) return false;
  for (std::size_t at = 0; at < signature.size();) {
    std::size_t end = at;
    while (end < signature.size() &&
           (std::isalnum(static_cast<unsigned char>(signature[end])) || signature[end] == '_'))
      ++end;
    const std::string_view word = signature.substr(at, end - at);
    const bool is_field = end < signature.size() && signature[end] == ':';
    if (!is_field && (word == "str" || word == "bytes" || word == "any")) return false;
    at = end + 1;
  }
  return true;
}

// The encoding of a map's native results, by their type (docs/values.md).
Encoding results_encoding(const FunctionInfo& mapper) {
  const std::string& type = mapper.result;
  if (type == "str" || type == "bytes") return Encoding::views;
  return is_fixed_size(type) ? Encoding::raw : Encoding::msgpack;
}

Call result_call(const Options& options, const FunctionInfo& mapper, std::vector<Bound> bound) {
  return {.function = options.function,
          .kind = FunctionKind::result,
          .bound = std::move(bound),
          .items = results_encoding(mapper),
          .item_signature = mapper.result,
          .results = printed_encoding(options),
          .seed = options.seed};
}

}  // namespace

ExitStatus run(const Options& options, Interruption&) {
  Pool pool{make_registry(options), pool_options(options, workers_wanted(options))};
  const FunctionInfo mapper = pool.describe(options.function);
  const FunctionInfo result = pool.describe(options.function, FunctionKind::result);
  check_bound(mapper, result, options.bound);
  Options mapping = options;
  mapping.bound = bound_for(mapper, options.bound);
  const auto source = make_source(mapping, pool);
  // Opened before anything runs: what is wrong with it is found first.
  const Call reduction_call = result_call(options, mapper, bound_for(result, options.bound));
  Job reduction = pool.open(reduction_call);
  const Job job = pool.open(map_call(mapping, *source, Encoding::native));

  Collector collector{options.on_error};
  Halt halt{job};
  flow(*source, job, collector, halt);
  if (collector.stopped()) return collector.status();
  const Survivors survivors = collector.survivors(pool, reduction_call.items);
  reduction.push(survivors.items);
  return std::max(print_answer(reduction), collector.status());
}

}  // namespace prong::cli
