// What a caller wants to know of a function before its items go anywhere: asked of whichever node has it.
#pragma once

#include "cluster/exchange.hpp"
#include "cluster/message.hpp"
#include "cluster/queue_name.hpp"

#include <prong/error.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace prong::client {

// The client's lock guards it.
struct Question {
  using Clock = std::chrono::steady_clock;

  cluster::CallHead head;
  std::string queue;
  std::uint64_t number = 0;
  std::uint32_t attempt = 0;
  std::optional<cluster::Ticket> ticket;
  Clock::duration unanswered_time = {};  // until an attempt that nobody answers is repeated
  unsigned refusals = 0;                 // by nodes that cannot answer it now
  std::exception_ptr refusal = {};       // the last of these
  // Each attempt since then was answered, and by no node.
  std::optional<Clock::time_point> strange_since = {};
  Clock::time_point asked = {};  // at first
  Clock::time_point due = {};    // when to look at it again
  // One of both, once it is over.
  std::optional<cluster::Answer> answer;
  std::exception_ptr error;

  [[nodiscard]] bool is_over() const noexcept { return answer || error; }
};

// What the nodes of `engine` offer instead of a function that none of them has in the build that is wanted:
// Other nodes may have any other build.
[[nodiscard]] Refused no_build_id(const Call& call, const cluster::NodeFacts& node);
// CannotFind, or Refused "other-build".
[[nodiscard]] std::exception_ptr nobody_serves(const cluster::CallHead& head, const cluster::Servers& servers,
                                               const cluster::QueueNames& queues, std::string_view engine);
// No node works there, or only those of other keys: PoolBroken.
[[nodiscard]] std::exception_ptr no_nodes(const cluster::Servers& servers, std::string_view engine);

// As the exception that was thrown on the node.
[[nodiscard]] std::exception_ptr to_exception(const cluster::CallError& error,
                                              const cluster::NodeFacts& node);

// What a node says to a question, as far as calls rely on it: the function that was asked for, with
// signatures that can be read; and unless it only describes that, its build.
[[nodiscard]] bool is_sound(const cluster::Answer& answer, const cluster::CallHead& head);

}  // namespace prong::client
