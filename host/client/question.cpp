// Answers that are errors, in the words that they would have on this machine.
#include "client/question.hpp"

#include "limits.hpp"
#include "names/closest.hpp"
#include "values/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace prong::client {

using namespace cluster;

namespace {

std::string_view name_of(FunctionKind kind) { return kind == FunctionKind::map ? "map" : "result"; }

bool is_sound(const FunctionInfo& function, const CallHead& head) {
  if (function.name != head.call.function || function.kind != head.call.kind || function.parameters.empty())
    return false;
  try {
    static_cast<void>(values::parse_signature(function.result));
    for (const Parameter& parameter : function.parameters)
      static_cast<void>(values::parse_signature(parameter.type));
    const auto first = values::parse_signature(function.parameters.front().type);
    return function.kind == FunctionKind::map || first.kind() == values::Kind::list;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

// It becomes part of a queue's name. Of a file that has none, it is empty.
bool is_build_id(std::string_view text) {
  return text.size() <= 2 * limits::build_id_bytes_max &&
         std::ranges::all_of(text, [](char c) { return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f'); });
}

}  // namespace

std::exception_ptr no_nodes(const Servers& servers, std::string_view engine) {
  const bool others =
      std::ranges::any_of(servers.queues, [](const auto& one) { return is_of_nodes(one.first); });
  return std::make_exception_ptr(PoolBroken{
      others ? fmt::format("the nodes at {} have other keys than this call, or none: do client and nodes "
                           "have the same key?",
                           engine)
             : fmt::format("no node works for {}; start one: prong worker --on {}", engine, engine)});
}

Refused no_build_id(const Call& call, const NodeFacts& node) {
  return Refused{
      "no-build-id",
      fmt::format("'{}': its plugin has no build-id (node {}), so nobody can tell whether other nodes have "
                  "the same; link it with -Wl,--build-id, or allow any build",
                  call.function, node.name)};
}

std::exception_ptr nobody_serves(const CallHead& head, const Servers& servers, const QueueNames& queues,
                                 std::string_view engine) {
  const Call& call = head.call;
  if (servers.queues.contains(queues.of(call.kind, call.function))) {
    return std::make_exception_ptr(
        Refused{"other-build",
                fmt::format("'{}': the nodes at {} have other builds of its plugin than {}, which this "
                            "call is to run; install the same file everywhere, or allow any build",
                            call.function, engine, head.build_id)});
  }
  std::vector<std::string> functions;
  for (const auto& [queue, count] : servers.queues) {
    if (const auto name = queues.function_of(queue, call.kind); !name.empty()) functions.emplace_back(name);
  }
  const auto meant = names::closest(call.function, functions);
  return std::make_exception_ptr(CannotFind{
      fmt::format("cannot find {} function '{}': no node at {} has it{}", name_of(call.kind), call.function,
                  engine, meant ? fmt::format(" (did you mean '{}'?)", *meant) : "")});
}

std::exception_ptr to_exception(const CallError& error, const NodeFacts& node) {
  const std::string what = fmt::format("{} (node {})", error.what, node.name);
  switch (error.kind) {
    case CallError::Kind::cannot_find:
      return std::make_exception_ptr(CannotFind{what});
    case CallError::Kind::refused:
    case CallError::Kind::other_build:
      return std::make_exception_ptr(Refused{error.code, what});
    case CallError::Kind::mismatch:
      return std::make_exception_ptr(Mismatch{what});
    case CallError::Kind::usage:
    case CallError::Kind::too_large:
      return std::make_exception_ptr(UsageError{what});
    case CallError::Kind::elsewhere:
    case CallError::Kind::broken:
      break;
  }
  return std::make_exception_ptr(PoolBroken{what});
}

bool is_sound(const Answer& answer, const CallHead& head) {
  if (!answer.function || (!answer.build && !head.describes_only)) return false;
  return is_sound(*answer.function, head) && (!answer.build || is_build_id(answer.build->build_id));
}

}  // namespace prong::client
