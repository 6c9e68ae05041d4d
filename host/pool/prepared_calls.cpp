// A short list, looked through from the call that was made last.
#include "pool/prepared_calls.hpp"

#include "limits.hpp"

#include <algorithm>
#include <utility>

namespace prong::pool {

namespace {

bool same_bound(const Bound& one, const Bound& other) {
  return one.name == other.name && one.encoding == other.encoding && one.signature == other.signature &&
         one.value == other.value;
}

bool same_file(const std::optional<registry::PluginFile>& one,
               const std::optional<registry::PluginFile>& other) {
  if (!one || !other) return !one && !other;
  return one->identity == other->identity && one->path.native() == other->path.native();
}

std::size_t bound_bytes(const Call& call) {
  std::size_t bytes = 0;
  for (const Bound& bound : call.bound)
    bytes += bound.value.size();
  return bytes;
}

}  // namespace

bool PreparedCalls::Entry::is_like(const Call& call) const {
  return function == call.function && kind == call.kind && items == call.items && results == call.results &&
         item_signature == call.item_signature && result_signature == call.result_signature &&
         std::ranges::equal(bound, call.bound, same_bound);
}

std::shared_ptr<const PreparedCall> PreparedCalls::find(const Call& call,
                                                        const std::optional<registry::PluginFile>& file) {
  const std::lock_guard lock{mutex_};
  const auto entry = std::ranges::find_if(entries_, [&](const Entry& one) { return one.is_like(call); });
  if (entry == entries_.end()) return nullptr;
  if (!same_file(entry->prepared->file, file)) {
    entries_.erase(entry);
    return nullptr;
  }
  std::rotate(entries_.begin(), entry, std::next(entry));
  return entries_.front().prepared;
}

void PreparedCalls::remember(const Call& call, std::shared_ptr<const PreparedCall> prepared) {
  if (bound_bytes(call) > limits::prepared_bound_bytes_max) return;
  Entry entry{.function = call.function,
              .kind = call.kind,
              .items = call.items,
              .results = call.results,
              .item_signature = call.item_signature,
              .result_signature = call.result_signature,
              .bound = call.bound,
              .prepared = std::move(prepared)};
  const std::lock_guard lock{mutex_};
  if (entries_.size() == limits::prepared_calls_max) entries_.pop_back();
  entries_.insert(entries_.begin(), std::move(entry));
}

}  // namespace prong::pool
