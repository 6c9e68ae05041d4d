// One machine's part in an engine: takes chunks of calls, and runs them in a pool of its own.
#pragma once

#include <prong/engine.hpp>
#include <prong/export.hpp>
#include <prong/options.hpp>
#include <prong/registry.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace prong {

struct NodeOptions {
  EngineOptions engine;  // with an address
  // Of its pool; `engine` in it is not used. Its number of workers is what the node offers.
  PoolOptions pool = {};
  // Told of what happens, a line each: that it was joined, parted, began to offer functions. [the thread that
  // serves]
  std::function<void(const std::string&)> log = {};
};

struct NodeStatistics {
  std::uint64_t chunks = 0;  // that were answered
  std::uint64_t items = 0;   // of these
};

// Functions are found on this machine's plugin path, again and again: a plugin that is dropped into a folder
// is offered soon, one that is removed no longer. [host]
class PRONG_API Node {
 public:
  // Starts the pool, then joins the engine if that is MPI, which blocks until all ranks have come. Throws
  // UsageError, PoolBroken, Refused ("no-mpi").
  Node(const Registry& functions, NodeOptions options);
  // Of MPI: the last node or pool of a process ends MPI there, which on ranks other than 0 blocks until rank
  // 0 has done so.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Serves until stop(), and with MPI no longer than rank 0 does. Throws PoolBroken when its pool is. One
  // thread's. [blocks]
  void serve();
  // From now on takes no more chunks; serve() returns when those that it has are answered. A second time: at
  // once; what it has, others will get. [any thread] [never blocks] [async-signal-safe]
  void stop() noexcept;

  // Of MPI: which one this process is. Rank 0 is the one whose pools give work to all. Otherwise 0.
  [[nodiscard]] unsigned rank() const;
  [[nodiscard]] unsigned slots() const;  // workers
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] NodeStatistics statistics() const;

 private:
  class Content;
  std::unique_ptr<Content> content_;
};

}  // namespace prong
