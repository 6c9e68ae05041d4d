// What queues are called in an engine.
#pragma once

#include <prong/call.hpp>

#include <string>
#include <string_view>

namespace prong::cluster {

// Served by each node that has said which functions it has: the last of its queues, by the alphabet too, in
// which they are told anew to an engine that was away. Nothing is submitted to it.
inline constexpr std::string_view queue_of_nodes = "prong:worker";

// Chunks of a function for whichever node has it: "prong:map:acme.stats.square", "prong:result:…". With a
// build-id, for those nodes alone that have that build of the plugin: "prong:map:acme.stats.square:8d0c…".
[[nodiscard]] std::string queue_of(FunctionKind kind, std::string_view function,
                                   std::string_view build_id = {});

// What nodes ask the client of a run: "prong:run:", and the run's id in hexadecimal.
[[nodiscard]] std::string queue_of_run(std::string_view run_in_hexadecimal);

// The function of a queue of chunks of any build, "acme.stats.square"; empty: it is no such queue.
[[nodiscard]] std::string_view function_of(std::string_view queue, FunctionKind kind);

}  // namespace prong::cluster
