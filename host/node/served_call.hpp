// A call as a node runs it: one job of its pool, into which the chunks go that it gets of the call.
#pragma once

#include "cluster/message.hpp"
#include "cluster/seal.hpp"

#include <prong/pool.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace prong::node {

// What came of a piece, on its way from the job's thread to the node's.
struct Ended {
  std::uint64_t call = 0;           // the node's number
  std::optional<Piece> piece = {};  // nothing: none comes any more
};

// The node's thread's, but for a thread of its own that waits for pieces.
class ServedCall {
 public:
  using Clock = std::chrono::steady_clock;

  // `ended` is called on the call's own thread for each piece, and without one when the job has ended: after
  // a result function, or because its plugin was replaced or its pool broke. The caller has opened the job.
  ServedCall(Job job, std::uint64_t number, std::function<void(Ended)> ended);
  // Cancels what runs.
  ~ServedCall();
  ServedCall(const ServedCall&) = delete;
  ServedCall& operator=(const ServedCall&) = delete;

  [[nodiscard]] Job& job() noexcept { return job_; }

  // Hands the items to the job, of which there will be so many outcomes, at least 1. Throws what Job::push
  // throws.
  void begin(std::uint64_t chunk, const cluster::Chunk& items, std::uint64_t outcomes);
  // Notes a piece. The chunk that has ended with it, with its pieces, counted from its own first item;
  // nothing: none has. A piece may belong to several chunks: they are cut apart.
  struct Finished {
    std::uint64_t chunk = 0;
    std::vector<Piece> pieces;
    std::chrono::nanoseconds time{0};  // that it kept the node busy
  };
  [[nodiscard]] std::vector<Finished> note(Piece piece);
  // Of the chunk, counted from 0; what has ended, and what it has not, is passed over. Idempotent.
  void cancel(std::uint64_t chunk, std::span<const std::uint64_t> items);
  // Its items end as cancelled, and nothing is told of it.
  void give_up(std::uint64_t chunk);

  [[nodiscard]] bool idle() const noexcept { return chunks_.empty(); }
  [[nodiscard]] Clock::time_point last_used() const noexcept { return last_used_; }

 private:
  struct Running {
    std::uint64_t chunk = 0;
    std::uint64_t count = 0;  // outcomes
    std::uint64_t ended = 0;
    std::vector<Piece> pieces = {};
    Clock::time_point began = {};
    bool given_up = false;
  };

  [[nodiscard]] std::map<std::uint64_t, Running>::iterator find(std::uint64_t chunk);

  Job job_;
  std::map<std::uint64_t, Running> chunks_;  // by the job's number of its first item
  std::uint64_t pushed_ = 0;
  Clock::time_point last_used_ = Clock::now();
  Clock::time_point last_ended_ = {};
  std::thread thread_;
};

// The part of `piece` for items [first, first + count), which it holds. Only results of one size each, none
// of them failed, are ever joined beyond what was pushed at one time; any other piece is taken whole.
[[nodiscard]] Piece cut(const Piece& piece, std::uint64_t first, std::uint64_t count);

}  // namespace prong::node
