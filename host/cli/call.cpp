// `prong call`: one item.
#include "cli/answer.hpp"
#include "cli/bare_name.hpp"
#include "cli/commands.hpp"
#include "cli/job_setup.hpp"
#include "cli/module_text.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

namespace prong::cli {

namespace {

// The first argument is the item, the others are bound: so each is read for itself, whatever the types, and
// functions with prepared state can be called too.
std::vector<Bound> bind_all_but_first(const FunctionInfo& function,
                                      const std::vector<std::string>& arguments) {
  if (arguments.size() != function.parameters.size()) {
    throw WrongUsage{fmt::format("'{}' takes {} argument{}, not {}: {}", function.name,
                                 function.parameters.size(), function.parameters.size() == 1 ? "" : "s",
                                 arguments.size(), signature_text(function))};
  }
  std::vector<Bound> bound;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    bound.push_back({.name = function.parameters[i].name, .encoding = Encoding::text, .value = arguments[i]});
  }
  return bound;
}

}  // namespace

ExitStatus call(const Options& options, Interruption&) {
  Pool pool{make_registry(options), pool_options(options, 1)};
  check_has_module(options, pool);
  const FunctionInfo function = pool.describe(options.function);
  std::vector<Bound> bound = bind_all_but_first(function, options.inputs);
  Job job = pool.open({.function = function.name,
                       .bound = std::move(bound),
                       .items = Encoding::text,
                       .results = printed_encoding(options),
                       .seed = options.seed,
                       .timeout = options.timeout,
                       .retries = options.retries});
  const std::string& item = options.inputs.front();
  const std::array<std::uint64_t, 2> offsets{0, item.size()};
  job.push({.bytes = std::as_bytes(std::span{item}), .offsets = offsets, .count = 1});
  return print_answer(std::move(job), answer_form(options));
}

}  // namespace prong::cli
