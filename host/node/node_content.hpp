// A node from the inside: its pool, its exchange, and the chunks that it holds.
//
//   Assigned ──open letter──> question ──desk──> answer
//                    └──────> chunk ──claim──> granted ──desk: open──> ServedCall ──> answer
#pragma once

#include "cluster/exchange.hpp"
#include "cluster/message.hpp"
#include "cluster/queue_name.hpp"
#include "cluster/seal.hpp"
#include "node/desk.hpp"
#include "node/mailbox.hpp"
#include "node/served_call.hpp"

#include <prong/node.hpp>
#include <prong/pool.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace prong {

// All of it the serving thread's, unless said otherwise.
class [[gnu::visibility("hidden")]] Node::Content {
 public:
  using Clock = std::chrono::steady_clock;

  Content(const Registry& functions, NodeOptions options);

  void serve();
  void stop() noexcept;
  [[nodiscard]] unsigned slots() const { return slots_; }
  [[nodiscard]] unsigned rank() const { return exchange_->rank(); }
  [[nodiscard]] const std::string& name() const noexcept { return facts_.name; }
  [[nodiscard]] NodeStatistics statistics() const noexcept {
    return {chunks_done_.load(), items_done_.load()};
  }

 private:
  using ChunkId = std::uint64_t;
  // Which job of the pool. A result function's has one chunk, and each attempt at it is another job: an
  // earlier one may still be ending.
  struct CallKey {
    cluster::RunId run = {};
    std::uint64_t call = 0;
    ChunkId chunk = 0;  // 0: of a map function
    auto operator<=>(const CallKey&) const = default;
  };
  struct HeldChunk {
    cluster::JobNumber job = 0;
    cluster::Envelope envelope = {};
    std::string queue = {};
    std::optional<cluster::Chunk> items = {};  // until it begins
    CallKey key = {};
    std::uint64_t count = 0;
    // The claim that is not answered yet, and when the client was last heard of it.
    std::optional<cluster::Ticket> claim = {};
    std::array<std::uint8_t, 16> nonce = {};
    Clock::time_point heard = {};
    Clock::time_point claim_due = {};
    bool granted = false;
    // It is done. Its client must hear of us until the answer is on its way, or takes us for lost.
    bool answered = false;
    std::vector<std::uint64_t> cancelled = {};  // items of it, rising
  };
  struct OpenCall {
    std::uint64_t number = 0;
    std::unique_ptr<node::ServedCall> served;  // null: it is being opened
    std::shared_ptr<const PluginBuild> build;
  };
  // What the pool said of a call.
  struct Opened {
    std::optional<Job> job = {};
    std::optional<cluster::CallError> error = {};
  };

  void log(const std::string& text) const;
  void handle(cluster::Event& event);
  void handle(cluster::Assigned& assigned);
  void handle(cluster::Answered& answered);
  void handle(cluster::GivenUp& given_up);
  void handle(cluster::Parted& parted);
  void handle(cluster::Joined& joined);
  void handle(cluster::Servers& /*servers*/) {}
  void handle(cluster::Over& over);

  // Questions. [desk] for the first two.
  [[nodiscard]] cluster::Answer look_up(const cluster::CallHead& head);
  [[nodiscard]] Opened open(const cluster::CallHead& head);
  void scan();  // for plugins
  void offer(std::set<std::string> queues);
  void tell_refused(Clock::time_point now);
  void withdraw(const std::string& queue);  // until the next scan
  void ask_desk(cluster::Assigned& assigned, const cluster::Envelope& envelope, cluster::CallHead head);
  void answer(cluster::JobNumber job, const std::string& queue, cluster::Envelope envelope,
              cluster::Answer answer);

  // Chunks: node_chunks.cpp.
  void hold(cluster::Assigned& assigned, const cluster::Envelope& envelope, cluster::Chunk chunk);
  void claim(HeldChunk& chunk, Clock::time_point now);
  void begin(ChunkId id, HeldChunk& chunk);
  void opened(const CallKey& key, Opened opened);
  void note(node::Ended ended);
  void close(const CallKey& key);
  void finish(ChunkId id, cluster::Answer answer);
  void fail(ChunkId id, const cluster::CallError& error);
  void drop(ChunkId id, bool tells);
  void forget(std::map<ChunkId, HeldChunk>::iterator held);
  [[nodiscard]] HeldChunk* find_by_claim(cluster::Ticket ticket, ChunkId& id);
  [[nodiscard]] Clock::time_point act(Clock::time_point now);
  void forget_sent();
  void forget_idle_calls(Clock::time_point now);
  void hand_back();
  void say_farewell();
  void check_pool() const;  // throws PoolBroken

  const NodeOptions options_;
  const cluster::Seal seal_;
  const cluster::QueueNames queues_;
  Pool pool_;
  // After the pool, whose zygote is to be started before MPI is.
  std::unique_ptr<cluster::Exchange> exchange_;
  const unsigned slots_;
  cluster::NodeFacts facts_;
  std::array<std::uint8_t, 16> id_;
  node::Mailbox mailbox_;
  std::set<std::string> offered_;
  std::map<ChunkId, HeldChunk> chunks_;
  std::map<CallKey, OpenCall> calls_;
  std::uint64_t next_number_ = 1;
  std::string broken_;
  std::uint64_t refused_jobs_ = 0;  // since that was told
  Clock::time_point told_refused_ = {};
  bool over_ = false;
  std::atomic<int> stops_ = 0;
  std::atomic<std::uint64_t> chunks_done_ = 0;
  std::atomic<std::uint64_t> items_done_ = 0;
  // Last: its thread uses the others.
  std::optional<node::Desk> desk_;
};

}  // namespace prong
