// operator new of this program, which counts.
#include "allocations.hpp"

#include <cstdlib>
#include <new>

namespace {
thread_local std::uint64_t allocated = 0;
}

namespace prong::test {
std::uint64_t allocated_bytes() noexcept { return allocated; }
}  // namespace prong::test

// ThreadSanitizer has operators of its own.
#ifndef PRONG_UNCOUNTED

// The forms for arrays, and without exceptions, call these two.
void* operator new(std::size_t size) {
  allocated += size;
  if (void* memory = std::malloc(size != 0 ? size : 1)) return memory;
  throw std::bad_alloc{};
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

#endif
