// The channel's file and its futex.
#include "transport/channel.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

namespace prong::transport {

FileDescriptor make_channel_file() {
  FileDescriptor file = make_shared_file("prong-channel", channel_bytes);
  seal_seals(file);
  return file;
}

// Not FUTEX_PRIVATE_FLAG: the two sides are different processes.
void wait_on_word(const std::atomic<std::uint32_t>& word, std::uint32_t seen) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, nullptr, nullptr, 0);
}

void bump_word(std::atomic<std::uint32_t>& word) noexcept {
  // release: pairs with the acquire load of the sleeper before it looks again.
  word.fetch_add(1, std::memory_order_release);
  ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void spin_pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace prong::transport
