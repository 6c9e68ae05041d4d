// Advice to the system, and a thread that lives for one call.
#include "pool/fork_gate.hpp"
#include "pool/processors.hpp"

#include <prong/large_arrays.hpp>

#include <sys/mman.h>

#include <cstdint>
#include <exception>
#include <system_error>
#include <thread>

namespace prong::detail {

namespace {

constexpr std::uintptr_t large_page_bytes = std::uintptr_t{2} << 20;

// What it throws it leaves behind.
struct Guarded {
  const std::function<void()>& body;
  std::exception_ptr thrown = nullptr;

  void call() noexcept {
    try {
      body();
    } catch (...) {
      thrown = std::current_exception();
    }
  }
};

bool has_two_processors() {
  static const bool has = pool::usable_processors() > 1;
  return has;
}

std::thread try_start(const std::function<void()>& body) {
  try {
    if (has_two_processors()) return pool::start_own_thread(body);
  } catch (const std::system_error&) {
    // No thread: the caller has one.
  }
  return {};
}

}  // namespace

void expect_writes(void* memory, std::size_t size) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + large_page_bytes - 1) / large_page_bytes * large_page_bytes;
  const std::uintptr_t last = (begin + size) / large_page_bytes * large_page_bytes;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

void call_both(const std::function<void()>& here, const std::function<void()>& other) {
  Guarded ours{here};
  Guarded theirs{other};
  std::thread thread = try_start([&theirs] { theirs.call(); });
  ours.call();
  thread.joinable() ? thread.join() : theirs.call();
  for (const Guarded* one : {&ours, &theirs}) {
    if (one->thrown) std::rethrow_exception(one->thrown);
  }
}

}  // namespace prong::detail
