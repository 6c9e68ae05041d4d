// RLIMIT_DATA, which counts what is private and writable.
#include "worker/memory_limit.hpp"

#include "transport/shared_memory.hpp"

#include <cstdio>

namespace prong::worker {

namespace {

// Bytes that the process has of it; 0: unknown. A fork of a large host has much.
std::size_t data_bytes() noexcept {
  std::size_t pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  // Program, in RAM, shared, text, and a word that is always 0; then data and stack.
  if (std::fscanf(file, "%*u %*u %*u %*u %*u %zu", &pages) != 1) pages = 0;
  std::fclose(file);
  return pages * transport::page_size();
}

}  // namespace

MemoryLimit::MemoryLimit(std::size_t bytes) noexcept {
  const std::size_t data = data_bytes();
  if (data == 0 || ::getrlimit(RLIMIT_DATA, &before_) != 0 || before_.rlim_cur < data + bytes) return;
  const rlimit limit{.rlim_cur = data + bytes, .rlim_max = before_.rlim_max};
  is_set_ = ::setrlimit(RLIMIT_DATA, &limit) == 0;
}

MemoryLimit::~MemoryLimit() {
  if (is_set_) ::setrlimit(RLIMIT_DATA, &before_);
}

}  // namespace prong::worker
