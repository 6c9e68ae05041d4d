// All members of what messages are made of, to fill and to compare them. A structured binding names each: a
// member that is added does not compile here until somebody has thought of it.
#pragma once

#include "cluster/message.hpp"

#include <algorithm>
#include <concepts>
#include <tuple>
#include <type_traits>

namespace prong::test {

using namespace cluster;

template <class T, class Plain>
concept Of = std::same_as<std::remove_const_t<T>, Plain>;

auto members(Of<Bound> auto& value) {
  auto& [name, encoding, bytes, signature] = value;
  return std::tie(name, encoding, bytes, signature);
}
// Some stay behind.
auto members(Of<Call> auto& value) {
  auto& [function, kind, bound, items, item_signature, result_signature, results, chunk_size, seed, timeout,
         retries, ordered, held, timed, window_bytes] = value;
  static_cast<void>(std::tie(chunk_size, ordered, held, timed, window_bytes));
  return std::tie(function, kind, bound, items, item_signature, result_signature, results, seed, timeout,
                  retries);
}
auto members(Of<CallHead> auto& value) {
  auto& [call, number, build_id, describes_only] = value;
  return std::tie(call, number, build_id, describes_only);
}
auto members(Of<Chunk> auto& value) {
  auto& [head, bytes, offsets, indices, count, gap, first_index] = value;
  return std::tie(head, bytes, offsets, indices, count, gap, first_index);
}
auto members(Of<Request> auto& value) {
  auto& [question, chunk] = value;
  return std::tie(question, chunk);
}
auto members(Of<CallError> auto& value) {
  auto& [kind, code, what] = value;
  return std::tie(kind, code, what);
}
auto members(Of<NodeFacts> auto& value) {
  auto& [name, slots] = value;
  return std::tie(name, slots);
}
auto members(Of<Parameter> auto& value) {
  auto& [name, type] = value;
  return std::tie(name, type);
}
auto members(Of<FunctionInfo> auto& value) {
  auto& [kind, name, parameters, result, doc, pure, prepared, symbol] = value;
  return std::tie(kind, name, parameters, result, doc, pure, prepared, symbol);
}
auto members(Of<PluginBuild> auto& value) {
  auto& [module, version, build_id, file] = value;
  return std::tie(module, version, build_id, file);
}
auto members(Of<Frame> auto& value) {
  auto& [address, file, build_id, offset, function, source, line] = value;
  return std::tie(address, file, build_id, offset, function, source, line);
}
auto members(Of<CrashReport> auto& value) {
  auto& [code, address, sender, stack_overflow, frames, out_of_memory, peak_memory, input, is_cut, core] =
      value;
  return std::tie(code, address, sender, stack_overflow, frames, out_of_memory, peak_memory, input, is_cut,
                  core);
}
// The build is the answer's.
auto members(Of<Failure> auto& value) {
  auto& [index, ending, function, type, what, output, signal, exit_code, worker, crash, build] = value;
  static_cast<void>(build);
  return std::tie(index, ending, function, type, what, output, signal, exit_code, worker, crash);
}
// As is a piece's; of the memory, the bytes count.
auto members(Of<Piece> auto& value) {
  auto& [first, count, encoding, bytes, stride, ends, failures, positions, memory, build, stints] = value;
  static_cast<void>(std::tie(memory, build, stints));
  return std::tie(first, count, encoding, bytes, stride, ends, failures, positions);
}
auto members(Of<Answer> auto& value) {
  auto& [node, error, function, build, pieces, nanoseconds] = value;
  return std::tie(node, error, function, build, pieces, nanoseconds);
}
auto members(Of<Claim> auto& value) {
  auto& [nonce, node, facts, again, patience] = value;
  return std::tie(nonce, node, facts, again, patience);
}
auto members(Of<ClaimAnswer> auto& value) {
  auto& [nonce, granted, cancelled] = value;
  return std::tie(nonce, granted, cancelled);
}

template <class T>
concept HasMembers = requires(T& value) { members(value); };

template <class T>
bool same(const T& one, const T& other);

template <class T>
bool same(const std::vector<T>& one, const std::vector<T>& other) {
  return std::ranges::equal(one, other, [](const T& a, const T& b) { return same(a, b); });
}
template <class T>
bool same(const std::optional<T>& one, const std::optional<T>& other) {
  return one.has_value() == other.has_value() && (!one || same(*one, *other));
}
template <class T>
bool same(const std::shared_ptr<T>& one, const std::shared_ptr<T>& other) {
  return (one == nullptr) == (other == nullptr) && (!one || same(*one, *other));
}
inline bool same(std::span<const std::byte> one, std::span<const std::byte> other) {
  return std::ranges::equal(one, other);
}
template <class T>
bool same(const T& one, const T& other) {
  if constexpr (HasMembers<const T>) {
    const auto ones = members(one);
    const auto others = members(other);
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return (same(std::get<i>(ones), std::get<i>(others)) && ...);
    }(std::make_index_sequence<std::tuple_size_v<decltype(ones)>>{});
  } else {
    return one == other;
  }
}

}  // namespace prong::test
