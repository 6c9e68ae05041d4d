// What a worker found when it tried to get out.
#include "limits.hpp"
#include "pool/engine.hpp"
#include "sandbox/attempts.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace prong::pool {

namespace {

// After those that a worker can try by itself, and before the walls.
void insert_bound(std::vector<SandboxLayer>& layers, SandboxLayer layer) {
  const auto last_bound = std::ranges::find(layers, "descriptors", &SandboxLayer::name);
  layers.insert(last_bound == layers.end() ? last_bound : std::next(last_bound), std::move(layer));
}

}  // namespace

// The host itself keeps this bound: a worker that breaks one must be ended for it.
SandboxLayer Engine::try_processor_limit() {
  SandboxLayer layer{.name = "processor-time", .in_force = false, .detail = "no bound was asked for"};
  if (!processor_limit_) return layer;
  transport::JobDescription job;
  job.kind = transport::JobKind::burn;
  job.function = "the sandbox";
  const auto answer = probe(std::move(job), {}, limits::inspect_time);
  layer.in_force = !answer && answer.failure().ending == Ending::timed_out;
  layer.detail = fmt::format("an item with a bound of {} ms: {}", limits::processor_trial.count(),
                             answer ? "not ended" : to_string(answer.failure().ending));
  return layer;
}

SandboxReport Engine::sandbox_report() {
  transport::JobDescription job;
  job.kind = transport::JobKind::attempt;
  job.function = "the sandbox";
  const auto answer = probe(std::move(job), {}, limits::inspect_time);
  if (!answer) throw PoolBroken{"a worker that tried its sandbox failed: " + answer.failure().message()};
  SandboxReport report{.level = sandbox_, .layers = sandbox::from_lines(answer.value())};
  insert_bound(report.layers, try_processor_limit());
  return report;
}

}  // namespace prong::pool
