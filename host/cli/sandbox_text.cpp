// A pool a level, a column a level.
#include "cli/sandbox_text.hpp"

#include "cli/json_text.hpp"

#include <prong/pool.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace prong::cli {

namespace {

// To be seen in force; any number would do.
constexpr std::size_t memory_bound = std::size_t{1} << 30;
constexpr std::chrono::seconds processor_bound{60};

std::string_view name_of(Sandbox level) {
  return level == Sandbox::strict ? "strict" : level == Sandbox::limits ? "limits" : "none";
}

TriedSandbox try_one(Sandbox level) {
  PoolOptions options{.workers = 1, .sandbox = level};
  if (level != Sandbox::none) {
    options.memory_limit = memory_bound;
    options.processor_limit = processor_bound;
  }
  try {
    Pool pool{Registry{{.default_path = false}}, options};
    return {pool.sandbox_report(), ""};
  } catch (const PoolBroken& broken) {
    return {{.level = level, .layers = {}}, broken.what()};
  }
}

const std::vector<SandboxLayer>& longest(const std::vector<TriedSandbox>& levels) {
  return std::ranges::max_element(levels, {}, [](const auto& one) { return one.report.layers.size(); })
      ->report.layers;
}

std::string_view cell(const TriedSandbox& level, const std::string& layer) {
  if (!level.refusal.empty()) return "-";
  const auto& layers = level.report.layers;
  const auto found = std::ranges::find(layers, layer, &SandboxLayer::name);
  return found != layers.end() && found->in_force ? "yes" : "no";
}

std::string layer_json(const SandboxLayer& layer) {
  return fmt::format(R"({{"name":{},"in_force":{},"detail":{}}})", json_string(layer.name), layer.in_force,
                     json_string(layer.detail));
}

std::string level_json(const TriedSandbox& level) {
  return fmt::format(R"({{"level":"{}","refusal":{},"layers":{}}})", name_of(level.report.level),
                     level.refusal.empty() ? "null" : json_string(level.refusal),
                     json_array(level.report.layers, layer_json));
}

}  // namespace

std::vector<TriedSandbox> try_sandboxes() {
  return {try_one(Sandbox::none), try_one(Sandbox::limits), try_one(Sandbox::strict)};
}

std::string sandboxes_text(const std::vector<TriedSandbox>& levels) {
  std::string text = fmt::format("{:<18}", "in force");
  for (const TriedSandbox& level : levels)
    text += fmt::format("{:>8}", name_of(level.report.level));
  text += '\n';
  for (const SandboxLayer& layer : longest(levels)) {
    text += fmt::format("{:<18}", layer.name);
    for (const TriedSandbox& level : levels)
      text += fmt::format("{:>8}", cell(level, layer.name));
    text += '\n';
  }
  for (const TriedSandbox& level : levels) {
    if (!level.refusal.empty()) text += fmt::format("{}: {}\n", name_of(level.report.level), level.refusal);
  }
  return text;
}

std::string sandboxes_json(const std::vector<TriedSandbox>& levels) { return json_array(levels, level_json); }

}  // namespace prong::cli
