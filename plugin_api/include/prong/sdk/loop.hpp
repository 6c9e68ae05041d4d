// The loops over a batch: progress, failures, times; for a body that takes an item and returns its result.
#pragma once

#include <prong/sdk/call.hpp>
#include <prong/sdk/failure.hpp>
#include <prong/sdk/values.hpp>

#include <algorithm>
#include <chrono>

namespace prong::sdk {

// Items that a pure function runs between two looks at the outside world.
inline constexpr std::uint64_t block_items = 256;

// Says that `ended` items have ended and that the next one starts. Release: the worker's acquiring reader
// finds the results of those items. The fence keeps the compiler from starting the next item earlier, whose
// death would then be blamed on the one before.
inline void publish(const prong_batch& batch, std::uint64_t ended) {
  __atomic_store_n(batch.progress, ended, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

// Runs items [first, first + count). Unrolled: around a body of one cycle, the branch of the loop itself
// takes another, or two.
template <class Item, class Result, class Body>
[[gnu::always_inline]] inline void run_items(const prong_batch& batch, const void* __restrict items,
                                             void* __restrict results, std::uint64_t first,
                                             std::uint64_t count, const Body& body) {
#pragma GCC unroll 4
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t item = first + i;
    try {
      write_result<Result>(batch, results, item, body(read_item<Item>(items, item)));
    } catch (const abi::__forced_unwind&) {
      throw;  // pthread_exit or cancellation: not ours to stop
    } catch (...) {
      fail_with_current_exception(batch, item, 1);
    }
  }
}

// A whole block. Not inlined, as g++ forgets `__restrict` then, and a constant count: with both, it
// vectorises at -O2.
template <class Item, class Result, class Body>
[[gnu::noinline]] void run_block(const prong_batch& batch, const void* __restrict items,
                                 void* __restrict results, std::uint64_t first, const Body& body) {
  run_items<Item, Result>(batch, items, results, first, block_items, body);
}

// One item after the other, each announced.
template <class Item, class Result, class Body>
void run_announced(const prong_batch& batch, RunningCall& call, const Body& body) {
  using Clock = std::chrono::steady_clock;
  for (std::uint64_t item = 0; item < batch.count; ++item) {
    publish(batch, item);
    if (call.cancelled()) return;
    call.set_item(item);
    const Clock::time_point start = batch.item_nanoseconds ? Clock::now() : Clock::time_point{};
    run_items<Item, Result>(batch, items_of<Item>(batch), batch.results, item, 1, body);
    if (batch.item_nanoseconds) {
      const std::chrono::nanoseconds elapsed = Clock::now() - start;
      batch.item_nanoseconds[item] = static_cast<std::uint64_t>(elapsed.count());
    }
  }
  publish(batch, batch.count);
}

// Block after block, as nothing but its result tells that an item of a pure function has run.
template <class Item, class Result, class Body>
void run_blocks(const prong_batch& batch, RunningCall& call, const Body& body) {
  const void* items = items_of<Item>(batch);
  for (std::uint64_t first = 0; first < batch.count; first += block_items) {
    publish(batch, first);
    if (call.cancelled()) return;
    call.set_item(first);
    const std::uint64_t count = std::min(block_items, batch.count - first);
    if (count == block_items) {
      run_block<Item, Result>(batch, items, batch.results, first, body);
    } else {
      run_items<Item, Result>(batch, items, batch.results, first, count, body);
    }
  }
  publish(batch, batch.count);
}

template <bool is_pure, class Item, class Result, class Body>
void run_batch(const prong_batch& batch, RunningCall& call, const Body& body) {
  expect_encodings<Item, Result>(batch);
  if (is_pure && !(batch.flags & PRONG_EXACT) && !batch.item_nanoseconds) {
    run_blocks<Item, Result>(batch, call, body);
  } else {
    run_announced<Item, Result>(batch, call, body);
  }
}

}  // namespace prong::sdk
