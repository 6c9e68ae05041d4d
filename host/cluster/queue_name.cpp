// What queues are called in an engine.
#include "cluster/queue_name.hpp"

namespace prong::cluster {

namespace {

constexpr std::string_view prefix_of(FunctionKind kind) {
  return kind == FunctionKind::map ? "prong:map:" : "prong:result:";
}

}  // namespace

std::string queue_of(FunctionKind kind, std::string_view function, std::string_view build_id) {
  std::string queue{prefix_of(kind)};
  queue += function;
  if (!build_id.empty()) (queue += ':') += build_id;
  return queue;
}

std::string queue_of_run(std::string_view run_in_hexadecimal) {
  return "prong:run:" + std::string{run_in_hexadecimal};
}

std::string_view function_of(std::string_view queue, FunctionKind kind) {
  const std::string_view prefix = prefix_of(kind);
  if (!queue.starts_with(prefix)) return {};
  queue.remove_prefix(prefix.size());
  // One of a single build: its function has a queue of any build too.
  return queue.find(':') == std::string_view::npos ? queue : std::string_view{};
}

}  // namespace prong::cluster
