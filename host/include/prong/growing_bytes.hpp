// A buffer in the memory of a pool, for items whose size is known when they are encoded.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <utility>

namespace prong {

// Gives memory of a pool.
using Allocate = std::function<std::shared_ptr<void>(std::size_t)>;

// Appended to as a std::vector<std::byte> is. What it has in reserve costs nothing: memory of a pool is
// sparse.
class GrowingBytes {
 public:
  using value_type = std::byte;

  explicit GrowingBytes(Allocate allocate) : allocate_{std::move(allocate)} {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::byte* end() noexcept { return data() + size_; }
  // The bytes, which start it. Null while there were none.
  [[nodiscard]] const std::shared_ptr<void>& memory() const noexcept { return memory_; }

  // `at` is end().
  void insert(std::byte* /*at*/, const std::byte* first, const std::byte* last) {
    const auto added = static_cast<std::size_t>(last - first);
    if (added > capacity_ - size_) grow(size_ + added);
    if (added > 0) std::memcpy(end(), first, added);
    size_ += added;
  }

 private:
  static constexpr std::size_t least_bytes = std::size_t{4} << 10;

  [[nodiscard]] std::byte* data() const noexcept { return static_cast<std::byte*>(memory_.get()); }

  void grow(std::size_t needed) {
    const std::size_t capacity = std::max({needed, 2 * capacity_, least_bytes});
    std::shared_ptr<void> memory = allocate_(capacity);
    if (size_ > 0) std::memcpy(memory.get(), data(), size_);
    memory_ = std::move(memory);
    capacity_ = capacity;
  }

  Allocate allocate_;
  std::shared_ptr<void> memory_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace prong
