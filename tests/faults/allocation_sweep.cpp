// allocation_sweep once|lasting [STRIDE [FIRST]]: a pool's life (small_life.hpp) in a process whose k-th
// `new`, on whatever thread of it, finds no memory (lasting: nor any after it, until that life is over), for
// k = FIRST (1), FIRST + STRIDE, … until all have been served. Each time the caller gets what it asked for or
// is told why not, and all that was allocated is freed.
#include "small_life.hpp"

#include <execinfo.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace {

std::atomic<std::int64_t> before_failure = INT64_MAX;  // allocations that succeed
bool failure_lasts = false;
std::atomic<std::int64_t> held = 0;  // allocations that are not freed

void* allocate(std::size_t size, std::size_t alignment) {
  const std::int64_t before = before_failure.fetch_sub(1);
  if (before == 0 || (before < 0 && failure_lasts)) return nullptr;
  void* memory = alignment <= alignof(std::max_align_t)
                     ? std::malloc(size)
                     : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory != nullptr) ++held;
  return memory;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* memory = allocate(size == 0 ? 1 : size, alignment);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

void release(void* memory) noexcept {
  if (memory != nullptr) --held;
  std::free(memory);
}

}  // namespace

// The default forms call these; a sanitizer's call its own.
void* operator new(std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size == 0 ? 1 : size, 1);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size == 0 ? 1 : size, 1);
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

namespace prong::test {

namespace {

std::int64_t point = 0;

[[noreturn]] void on_terminate() {
  std::printf("allocation %lld: nobody caught it\n", static_cast<long long>(point));
  std::fflush(stdout);
  std::array<void*, 32> frames{};
  ::backtrace_symbols_fd(frames.data(), ::backtrace(frames.data(), static_cast<int>(frames.size())),
                         STDOUT_FILENO);
  std::abort();
}

struct Totals {
  std::int64_t points = 0;
  std::int64_t told = 0;
  std::int64_t wrong = 0;
};

// Where a failure lasts there may be no memory to say what it was.
bool is_told() {
  try {
    return !live({.disturbance = failure_lasts ? Disturbance::lasting : Disturbance::once}).empty();
  } catch (const std::bad_alloc&) {
    return true;
  }
}

// False when it made fewer allocations than `point`.
bool try_point(Totals& totals) {
  const std::size_t descriptors = entries_of("/proc/self/fd");
  const std::int64_t before = held;
  std::string complaint;
  bool was_told = false;
  before_failure = point - 1;
  try {
    was_told = is_told();
    const bool failed = before_failure < 0;
    before_failure = INT64_MAX;
    if (!failed) return false;
    expect_nothing_left(descriptors);
  } catch (const std::exception& error) {
    before_failure = INT64_MAX;
    complaint = error.what();
  }
  if (held != before) complaint += fmt::format(" {} allocations are left", held - before);
  ++totals.points;
  totals.told += was_told ? 1 : 0;
  if (complaint.empty()) return true;
  ++totals.wrong;
  fmt::print("allocation {}: {}\n", point, complaint);
  std::fflush(stdout);
  return true;
}

std::int64_t number_in(const char* text) {
  std::int64_t number = 0;
  std::from_chars(text, text + std::strlen(text), number);
  return number;
}

int run(int count, char** arguments) {
  const std::string_view mode = count > 1 ? arguments[1] : "";
  failure_lasts = mode == "lasting";
  const std::int64_t stride = count > 2 ? number_in(arguments[2]) : 1;
  point = count > 3 ? number_in(arguments[3]) : 1;
  if ((!failure_lasts && mode != "once") || count > 4 || stride <= 0 || point <= 0) {
    fmt::print(stderr, "usage: allocation_sweep once|lasting [STRIDE [FIRST]]\n");
    return 2;
  }
  std::set_terminate(on_terminate);
  static_cast<void>(live({}));  // what is kept for ever has been allocated
  Totals totals;
  while (try_point(totals))
    point += stride;
  fmt::print("{} allocations failed, {}: {} times the caller was told, {} went wrong\n", totals.points,
             failure_lasts ? "and all after each" : "one at a time", totals.told, totals.wrong);
  return totals.wrong == 0 && totals.points > 0 ? 0 : 1;
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) { return prong::test::run(count, arguments); }
