// Free ranges in two orders: by place, to join neighbours; by size, to find the best fit.
#include "transport/range_allocator.hpp"

#include <algorithm>
#include <iterator>

namespace prong::transport {

RangeAllocator::RangeAllocator(std::size_t size, std::size_t granule) : granule_{granule} { insert(0, size); }

std::optional<std::size_t> RangeAllocator::allocate(std::size_t size) {
  const std::size_t wanted = rounded(size);
  if (wanted < size) return std::nullopt;
  const auto fit = by_size_.lower_bound({wanted, 0});
  if (fit == by_size_.end()) return std::nullopt;
  const auto [found, offset] = *fit;
  // What is left takes over the nodes, so that nothing is lost for lack of memory.
  auto by_size = by_size_.extract(fit);
  auto by_offset = by_offset_.extract(offset);
  if (found > wanted) {
    by_size.value() = {found - wanted, offset + wanted};
    by_size_.insert(std::move(by_size));
    by_offset.key() = offset + wanted;
    by_offset.mapped() = found - wanted;
    by_offset_.insert(std::move(by_offset));
  }
  high_water_ = std::max(high_water_, offset + wanted);
  return offset;
}

std::size_t RangeAllocator::largest() const noexcept {
  return by_size_.empty() ? 0 : by_size_.rbegin()->first;
}

void RangeAllocator::free(std::size_t offset, std::size_t size) {
  std::size_t begin = offset;
  std::size_t end = offset + rounded(size);
  const auto after = by_offset_.lower_bound(offset);
  if (after != by_offset_.begin()) {
    const auto before = std::prev(after);
    if (before->first + before->second == begin) {
      begin = before->first;
      erase(before);
    }
  }
  if (const auto next = by_offset_.find(end); next != by_offset_.end()) {
    end += next->second;
    erase(next);
  }
  insert(begin, end - begin);
}

void RangeAllocator::insert(std::size_t offset, std::size_t size) {
  by_offset_.emplace(offset, size);
  by_size_.emplace(size, offset);
}

void RangeAllocator::erase(std::map<std::size_t, std::size_t>::iterator range) {
  by_size_.erase({range->second, range->first});
  by_offset_.erase(range);
}

std::size_t RangeAllocator::rounded(std::size_t size) const noexcept {
  return (std::max<std::size_t>(size, 1) + granule_ - 1) / granule_ * granule_;
}

}  // namespace prong::transport
