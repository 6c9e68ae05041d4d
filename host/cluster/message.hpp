// What clients and nodes say to one another, as values; message.cpp writes them as MessagePack. Whoever reads
// one believes nothing of it: any bytes give a message or nullopt, in memory bounded by their number.
#pragma once

#include <prong/call.hpp>
#include <prong/function_info.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prong::cluster {

using Bytes = std::vector<std::byte>;

// Client to node: is there such a function, and does the call fit it? Also the head of each chunk, since any
// node may get any chunk. Of Call, `ordered`, `timed`, `window_bytes` and `chunk_size` stay behind.
struct CallHead {
  Call call = {};
  std::uint64_t call_number = 0;  // of the run: chunks of one call meet in one job of the node
  std::string build_id = {};      // of the plugin's file that it is to run; empty: any
  bool describes_only = false;    // a question: what the function is, and no more of the call counts
};

// Consecutive items, as `Items` has them, with memory of their own.
struct Chunk {
  CallHead head = {};
  Bytes bytes = {};
  std::vector<std::uint64_t> offsets = {};
  std::vector<std::uint64_t> indices = {};
  std::uint64_t count = 0;
  std::uint32_t gap = 0;
  std::uint64_t first_index = 0;  // that the function is told

  [[nodiscard]] Items items() const;
};

// Either a question or work.
struct Request {
  std::optional<CallHead> question = {};
  std::optional<Chunk> chunk = {};
};

// Why a call cannot be run on a node: the exception that Pool::open threw there.
struct CallError {
  // `elsewhere`: nothing is wrong with the call, but this node cannot run it now. `too_large`: the results of
  // a chunk are more than an answer can have.
  enum class Kind : std::uint8_t {
    cannot_find,
    refused,
    mismatch,
    usage,
    broken,
    other_build,
    elsewhere,
    too_large
  };
  Kind kind = Kind::broken;
  std::string code = {};  // refused
  std::string what = {};

  // Another node may well run the call.
  [[nodiscard]] bool is_of_node() const noexcept {
    return kind == Kind::cannot_find || kind == Kind::other_build || kind == Kind::elsewhere ||
           kind == Kind::broken;
  }
};

// Who answers.
struct NodeFacts {
  std::string name = {};    // "host:pid"
  std::uint32_t slots = 0;  // items that it runs at one time
};

struct Answer {
  NodeFacts node = {};
  std::optional<CallError> error = {};  // nothing else of the answer counts then
  // To a question.
  std::optional<FunctionInfo> function = {};
  std::optional<PluginBuild> build = {};
  // To a chunk: pieces that together hold each of its items once, in order, counted from 0 in the chunk.
  // Their `build` and `stints` are null; each piece's memory is its own.
  std::vector<Piece> pieces = {};
  std::uint64_t nanoseconds = 0;  // from taking the chunk up to its end
};

// Node to client, in the queue of the run: may I, or may I still, work on this chunk? `nonce` makes the
// answer to it fresh.
struct Claim {
  std::array<std::uint8_t, 16> nonce = {};
  std::array<std::uint8_t, 16> node = {};  // random, of the node's life
  NodeFacts facts = {};
  bool again = false;  // it was granted before, to the same node
  // The node's own, which says how often it asks. The client takes it as lost by the longer one of both.
  std::chrono::nanoseconds patience = {};
};

// How often a node says again that it has a chunk.
inline constexpr int claims_in_patience = 8;
[[nodiscard]] constexpr std::chrono::milliseconds claim_interval(
    std::chrono::milliseconds patience) noexcept {
  return patience / claims_in_patience;
}

struct ClaimAnswer {
  std::array<std::uint8_t, 16> nonce = {};
  bool granted = false;
  // Items of the chunk that are not wanted any more, counted from 0 in it, rising; those of earlier answers
  // too.
  std::vector<std::uint64_t> cancelled = {};
};

// Throw std::length_error when some bytes or list of it have 2^32 or more: no engine carries such a message.
[[nodiscard]] Bytes encode(const Request& request);
[[nodiscard]] Bytes encode(const Answer& answer);
[[nodiscard]] Bytes encode(const Claim& claim);
[[nodiscard]] Bytes encode(const ClaimAnswer& answer);
// What it says is consistent in itself: one of question and chunk; items as Items wants them, each of at
// least one byte or with an offset; indices that do not overflow.
[[nodiscard]] std::optional<Request> decode_request(std::span<const std::byte> bytes);
// What it says is consistent in itself: pieces follow on one another, each has as many results as its count,
// offsets rise within its bytes, failures lie in it, in rising order, with an ending that is a failure.
[[nodiscard]] std::optional<Answer> decode_answer(std::span<const std::byte> bytes);
[[nodiscard]] std::optional<Claim> decode_claim(std::span<const std::byte> bytes);
// What it says is consistent in itself: cancelled items rise.
[[nodiscard]] std::optional<ClaimAnswer> decode_claim_answer(std::span<const std::byte> bytes);

}  // namespace prong::cluster
