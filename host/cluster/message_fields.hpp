// What travels of each value, named once for both directions.
#pragma once

#include "cluster/message.hpp"

#include <concepts>
#include <tuple>
#include <type_traits>

namespace prong::cluster {

template <class T, class Plain>
concept MaybeConst = std::same_as<std::remove_const_t<T>, Plain>;

auto fields(MaybeConst<Bound> auto& bound) {
  return std::tie(bound.name, bound.encoding, bound.value, bound.signature);
}

// The rest is the client's own.
auto fields(MaybeConst<Call> auto& call) {
  return std::tie(call.function, call.kind, call.bound, call.items, call.item_signature,
                  call.result_signature, call.results, call.seed, call.timeout, call.retries);
}

auto fields(MaybeConst<CallHead> auto& head) {
  return std::tie(head.call, head.call_number, head.build_id, head.describes_only);
}

auto fields(MaybeConst<Chunk> auto& chunk) {
  return std::tie(chunk.head, chunk.bytes, chunk.offsets, chunk.indices, chunk.count, chunk.gap,
                  chunk.first_index);
}

auto fields(MaybeConst<Request> auto& request) { return std::tie(request.question, request.chunk); }

auto fields(MaybeConst<CallError> auto& error) { return std::tie(error.kind, error.code, error.what); }

auto fields(MaybeConst<NodeFacts> auto& node) { return std::tie(node.name, node.slots); }

auto fields(MaybeConst<Parameter> auto& parameter) { return std::tie(parameter.name, parameter.type); }

auto fields(MaybeConst<FunctionInfo> auto& function) {
  return std::tie(function.kind, function.name, function.parameters, function.result, function.doc,
                  function.pure, function.prepared, function.symbol);
}

auto fields(MaybeConst<PluginBuild> auto& build) {
  return std::tie(build.module, build.version, build.build_id, build.file);
}

auto fields(MaybeConst<Frame> auto& frame) {
  return std::tie(frame.address, frame.file, frame.build_id, frame.offset, frame.function, frame.source,
                  frame.line);
}

auto fields(MaybeConst<CrashReport> auto& crash) {
  return std::tie(crash.code, crash.address, crash.sender, crash.stack_overflow, crash.frames,
                  crash.out_of_memory, crash.peak_memory, crash.input, crash.is_input_cut, crash.core);
}

// All but the build, which is the answer's.
auto fields(MaybeConst<Failure> auto& failure) {
  return std::tie(failure.index, failure.ending, failure.function, failure.type, failure.what, failure.output,
                  failure.signal, failure.exit_code, failure.worker, failure.crash);
}

// All but the bytes, which need a memory, the build and the stints.
auto fields(MaybeConst<Piece> auto& piece) {
  return std::tie(piece.first, piece.count, piece.encoding, piece.stride, piece.ends, piece.failures,
                  piece.positions);
}

auto fields(MaybeConst<Answer> auto& answer) {
  return std::tie(answer.node, answer.error, answer.function, answer.build, answer.pieces,
                  answer.nanoseconds);
}

auto fields(MaybeConst<Claim> auto& claim) {
  return std::tie(claim.nonce, claim.node, claim.facts, claim.again, claim.patience);
}

auto fields(MaybeConst<ClaimAnswer> auto& answer) {
  return std::tie(answer.nonce, answer.granted, answer.cancelled);
}

template <class T>
concept Record = requires(T& value) { fields(value); };

template <class T>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(fields(std::declval<T&>()))>;

// The last one that each closed list has.
template <class Enum>
constexpr Enum last_of() = delete;
template <>
constexpr FunctionKind last_of() {
  return FunctionKind::result;
}
template <>
constexpr Encoding last_of() {
  return Encoding::text;
}
template <>
constexpr Ending last_of() {
  return Ending::lost;
}
template <>
constexpr OutOfMemory last_of() {
  return OutOfMemory::certain;
}
template <>
constexpr CallError::Kind last_of() {
  return CallError::Kind::too_large;
}

}  // namespace prong::cluster
