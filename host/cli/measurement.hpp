// Maps, timed: the same inputs again and again, results thrown away.
#pragma once

#include "cli/item_source.hpp"

#include <prong/pool.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace prong::cli {

// All inputs of a source, in memory.
class KeptInputs {
 public:
  // Until the source ends, or a halt. Throws as it does. [blocks]
  KeptInputs(ItemSource& source, Halt& halt);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  // The first ones, at most `count`, into the job.
  void push(Job& job, std::uint64_t count) const;

 private:
  struct Batch {
    std::string bytes;
    std::vector<std::uint64_t> offsets;
    std::uint64_t count = 0;
    std::uint32_t gap = 0;
  };
  std::vector<Batch> batches_;
  std::uint64_t count_ = 0;
};

struct Measurement {
  unsigned workers = 0;
  std::uint64_t chunk_size = 0;  // 0: adapts
  std::uint64_t inputs = 0;      // of one round
  std::uint64_t rounds = 0;
  std::uint64_t failed = 0;               // of one round's
  std::chrono::duration<double> time{0};  // of the quickest round

  [[nodiscard]] double per_second() const { return static_cast<double>(inputs) / time.count(); }
  [[nodiscard]] double nanoseconds_each() const { return 1e9 / per_second(); }
};

// A first round loads the function and is not counted; then as many as fit into about a second, three at
// least. Throws as Pool::open and Job::push. [blocks]
[[nodiscard]] Measurement measure(Pool& pool, const Call& call, const KeptInputs& inputs,
                                  std::uint64_t count);

}  // namespace prong::cli
