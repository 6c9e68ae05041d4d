// Options and items held against what a job takes.
#include "pool/call_check.hpp"

#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace prong::pool {

void take_options(JobFacts& facts, const Call& call) {
  if (call.timeout && call.timeout->count() <= 0) {
    throw UsageError{
        fmt::format("'{}': a time-out of {} ns: it must be positive", call.function, call.timeout->count())};
  }
  facts.ordered = call.ordered;
  facts.held = call.held;
  facts.seed = call.seed;
  facts.chunk_size = call.chunk_size;
  facts.window_bytes = call.window_bytes;
  if (call.timeout)
    facts.item_time_limit = std::min<std::chrono::nanoseconds>(*call.timeout, limits::timeout_max);
}

void check_items(const JobFacts& facts, const Items& items) {
  const auto wrong = [&](std::string_view what) {
    return UsageError{fmt::format("'{}': {}", facts.function, what)};
  };
  if (!items.indices.empty() && items.indices.size() != items.count)
    throw wrong("one index for each item is needed");
  if (facts.items == Encoding::raw) {
    if (facts.item_stride == 0 || items.bytes.size() / facts.item_stride != items.count ||
        items.bytes.size() % facts.item_stride != 0) {
      throw wrong(fmt::format("{} items of {} bytes do not make {} bytes", items.count, facts.item_stride,
                              items.bytes.size()));
    }
    return;
  }
  if (items.offsets.empty() || items.offsets.size() - 1 != items.count)
    throw wrong("one offset for each item and one more are needed");
  if (items.offsets.back() > items.bytes.size()) throw wrong("offsets lie beyond the items' bytes");
  for (std::size_t i = 0; i < items.count; ++i) {
    if (items.offsets[i + 1] < items.offsets[i] || items.offsets[i + 1] - items.offsets[i] < items.gap) {
      throw wrong(fmt::format("the offsets of item {} do not rise by the gap at least", i));
    }
  }
}

}  // namespace prong::pool
