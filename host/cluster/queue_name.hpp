// What queues are called in an engine.
#pragma once

#include <prong/call.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace prong::cluster {

// Those of one cluster: clients and nodes that share a key. Its mark is part of the names, so that clusters
// with different keys, and those without, do not meet at a broker. Immutable.
class QueueNames {
 public:
  // The mark: Seal::mark(). Empty: without a key.
  explicit QueueNames(std::string mark) : mark_{std::move(mark)} {}

  // Served by each node that has said which functions it has: the last of its queues, by the alphabet too, in
  // which they are told anew to an engine that was away. Nothing is submitted to it. "prong:worker@5fe1…"
  [[nodiscard]] std::string of_nodes() const;

  // Chunks of a function for whichever node has it: "prong:map:acme.stats.square@5fe1…", "prong:result:…".
  // With a build-id, for those nodes alone that have that build of the plugin:
  // "prong:map:acme.stats.square:8d0c…@5fe1…".
  [[nodiscard]] std::string of(FunctionKind kind, std::string_view function,
                               std::string_view build_id = {}) const;

  // The function of a queue of chunks of any build, "acme.stats.square"; empty: it is no such queue.
  [[nodiscard]] std::string_view function_of(std::string_view queue, FunctionKind kind) const;

 private:
  [[nodiscard]] std::string marked(std::string queue) const;

  std::string mark_;
};

// Whether it is that of the nodes of some cluster.
[[nodiscard]] bool is_of_nodes(std::string_view queue);

// What nodes ask the client of a run: "prong:run:", and the run's id in hexadecimal.
[[nodiscard]] std::string queue_of_run(std::string_view run_in_hexadecimal);

}  // namespace prong::cluster
