// A job whose items run elsewhere: the accounts that every job has, and the items, in this process's memory
// until they have been handed over.
#pragma once

#include "cluster/message.hpp"
#include "pool/job_state.hpp"

#include <prong/call.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace prong::client {

// Items that were pushed together. A result function's segment is one outcome of many items.
struct RemoteSegment : pool::Segment {
  cluster::Bytes items;
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint64_t> indices;
  std::uint64_t item_count = 0;
  std::uint32_t gap = 0;
  std::uint64_t first_index = 0;
  // Fixed-size results lie side by side, as those of this machine's workers do; else null.
  std::shared_ptr<std::byte[]> results_memory;
};

// The client's lock guards it.
class RemoteJob : public pool::JobState {
 public:
  RemoteJob(pool::JobFacts facts, cluster::CallHead head_, std::string queue_)
      : JobState{std::move(facts), nullptr}, head{std::move(head_)}, queue{std::move(queue_)} {}

  const cluster::CallHead head;
  const std::string queue;  // of its chunks
  std::size_t in_flight = 0;
  // No node serves the queue since then.
  std::optional<Clock::time_point> unserved_since;
};

// Throws what pool::check_items throws.
[[nodiscard]] std::shared_ptr<RemoteSegment> make_segment(const pool::JobFacts& facts, const Items& items);

// How many items may go into one message, so that it stays below limits::chunk_bytes_max; at least 1.
[[nodiscard]] std::uint64_t items_that_fit(const RemoteSegment& segment);

[[nodiscard]] cluster::Chunk make_chunk(const RemoteJob& job, const pool::ItemRange& range);

// What a node says of the items of `range`, as pieces of the job. nullopt: it does not fit, and nothing of
// it may be believed.
[[nodiscard]] std::optional<std::vector<Piece>> fit_pieces(const RemoteJob& job, const pool::ItemRange& range,
                                                           std::vector<Piece> pieces);

}  // namespace prong::client
