// Where the results of a map do not lie side by side, they are copied.
#include "gathered_items.hpp"

#include "arguments.hpp"

#include <prong/error.hpp>

namespace prong::c {

GatheredItems::GatheredItems(const prong_results& results, Encoding encoding) {
  for (const prong_piece& piece : results.pieces()) {
    if (piece.encoding != write_encoding(encoding))
      throw UsageError{"the results of '" + results.function() +
                       "' are not encoded natively: map with PRONG_NATIVE"};
  }
  const auto side_by_side = results.set().contiguous();
  if (results.failures().empty() && !side_by_side.empty()) {
    items_.bytes = side_by_side;
    items_.count = results.set().size();
    return;
  }
  copy(results);
  items_.bytes = bytes_;
  items_.count = offsets_.size() - 1;
  items_.indices = indices_;
  if (encoding != Encoding::raw) items_.offsets = offsets_;
}

void GatheredItems::copy(const prong_results& results) {
  for (std::uint64_t i = 0; i < results.set().size(); ++i) {
    const std::uint64_t item = results.first() + i;
    if (results.failure_of(item) != nullptr) continue;
    const prong_view value = results.value(item);
    const auto* begin = static_cast<const std::byte*>(value.data);
    bytes_.insert(bytes_.end(), begin, begin + value.size);
    offsets_.push_back(bytes_.size());
    if (!results.failures().empty()) indices_.push_back(item);
  }
}

}  // namespace prong::c
