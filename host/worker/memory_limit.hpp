// A bound on the memory that reading a file may take: a file of some kilobytes can ask for all there is.
#pragma once

#include <sys/resource.h>

#include <cstddef>

namespace prong::worker {

// While it lives, this process can allocate so many bytes more. Where that cannot be had, there is no bound.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::size_t bytes) noexcept;
  ~MemoryLimit();
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

 private:
  rlimit before_{};
  bool is_set_ = false;
};

}  // namespace prong::worker
