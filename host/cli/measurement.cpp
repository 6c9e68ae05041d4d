// Rounds.
#include "cli/measurement.hpp"

#include "cli/halt.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace prong::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds time_wanted{1};
constexpr std::uint64_t rounds_min = 3;

std::uint64_t failures_of(Job job) {
  std::uint64_t failed = 0;
  while (const auto piece = job.next())
    failed += piece->failures.size();
  return failed;
}

}  // namespace

KeptInputs::KeptInputs(ItemSource& source, Halt& halt) {
  while (const auto items = source.next(halt)) {
    const std::string_view bytes{reinterpret_cast<const char*>(items->bytes.data()), items->bytes.size()};
    batches_.push_back({.bytes = std::string{bytes},
                        .offsets = {items->offsets.begin(), items->offsets.end()},
                        .count = items->count,
                        .gap = items->gap});
    count_ += items->count;
  }
}

void KeptInputs::push(Job& job, std::uint64_t count) const {
  for (const Batch& batch : batches_) {
    const std::uint64_t taken = std::min(count, batch.count);
    if (taken == 0) return;
    Items items{.bytes = std::as_bytes(std::span{batch.bytes}), .count = taken, .gap = batch.gap};
    if (batch.offsets.empty()) {
      items.bytes = items.bytes.first(batch.bytes.size() / batch.count * taken);
    } else {
      items.offsets = std::span{batch.offsets}.first(taken + 1);
    }
    job.push(items);
    count -= taken;
  }
}

Measurement measure(Pool& pool, const Call& call, const KeptInputs& inputs, std::uint64_t count) {
  Measurement best{.chunk_size = call.chunk_size, .inputs = count};
  const auto round = [&] {
    Job job = pool.open(call);
    const auto begin = Clock::now();
    inputs.push(job, count);
    job.finish();
    best.failed = failures_of(job);
    return std::chrono::duration<double>{Clock::now() - begin};
  };
  best.time = round();
  const auto end = Clock::now() + time_wanted;
  while (best.rounds < rounds_min || Clock::now() < end) {
    const auto time = round();
    best.time = best.rounds++ == 0 ? time : std::min(best.time, time);
  }
  best.workers = pool.workers();  // an engine's are known once they have worked
  return best;
}

}  // namespace prong::cli
