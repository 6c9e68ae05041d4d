// What queues are called in an engine.
#include "cluster/queue_name.hpp"

namespace prong::cluster {

namespace {

constexpr std::string_view nodes = "prong:worker";
constexpr char before_mark = '@';

constexpr std::string_view prefix_of(FunctionKind kind) {
  return kind == FunctionKind::map ? "prong:map:" : "prong:result:";
}

}  // namespace

std::string QueueNames::marked(std::string queue) const {
  if (!mark_.empty()) (queue += before_mark) += mark_;
  return queue;
}

std::string QueueNames::of_nodes() const { return marked(std::string{nodes}); }

std::string QueueNames::of(FunctionKind kind, std::string_view function, std::string_view build_id) const {
  std::string queue{prefix_of(kind)};
  queue += function;
  if (!build_id.empty()) (queue += ':') += build_id;
  return marked(std::move(queue));
}

std::string_view QueueNames::function_of(std::string_view queue, FunctionKind kind) const {
  const std::string_view prefix = prefix_of(kind);
  if (!queue.starts_with(prefix)) return {};
  queue.remove_prefix(prefix.size());
  const std::size_t end = queue.find(before_mark);
  const std::string_view mark = end == std::string_view::npos ? std::string_view{} : queue.substr(end + 1);
  if (mark != mark_) return {};
  queue = queue.substr(0, end);
  // One of a single build: its function has a queue of any build too.
  return queue.find(':') == std::string_view::npos ? queue : std::string_view{};
}

bool is_of_nodes(std::string_view queue) { return queue.starts_with(nodes); }

std::string queue_of_run(std::string_view run_in_hexadecimal) {
  return "prong:run:" + std::string{run_in_hexadecimal};
}

}  // namespace prong::cluster
