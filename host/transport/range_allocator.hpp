// Hands out ranges of a large shared file and takes them back. The bookkeeping is the host's private memory.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace prong::transport {

// Best fit, lowest address first among equals: what was used last is used again, so that its pages, which
// exist already, are not paid for twice. Not thread-safe.
class RangeAllocator {
 public:
  // Ranges lie in [0, size) and start at multiples of `granule`, a power of two.
  RangeAllocator(std::size_t size, std::size_t granule);

  // The offset of `size` bytes, rounded up to the granule; nullopt when no free range is large enough.
  [[nodiscard]] std::optional<std::size_t> allocate(std::size_t size);
  // Precondition: [offset, offset + size rounded up) was allocated and not freed. When it throws (bad_alloc),
  // these and free ranges beside them are not used again.
  void free(std::size_t offset, std::size_t size);

  // The largest size that allocate() has room for.
  [[nodiscard]] std::size_t largest() const noexcept;

  // Bytes from the start of the file that were ever handed out: what may have pages.
  [[nodiscard]] std::size_t high_water() const noexcept { return high_water_; }

 private:
  void insert(std::size_t offset, std::size_t size);
  void erase(std::map<std::size_t, std::size_t>::iterator range);
  [[nodiscard]] std::size_t rounded(std::size_t size) const noexcept;

  std::size_t granule_;
  std::size_t high_water_ = 0;
  std::map<std::size_t, std::size_t> by_offset_;           // free ranges: offset → size
  std::set<std::pair<std::size_t, std::size_t>> by_size_;  // the same: size, offset
};

}  // namespace prong::transport
