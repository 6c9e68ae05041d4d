// Waiting without missing a wake-up.
#include "worker/host_port.hpp"

#include "transport/fault_point.hpp"
#include "worker/worker.hpp"

#include <unistd.h>

#include <chrono>

namespace prong::worker {

using transport::Popped;

HostPort::HostPort(transport::ChannelMemory& memory, const transport::PoolWords& pool, int wake) noexcept
    : memory_{&memory}, pool_{&pool}, tasks_{memory.tasks}, reports_{memory.reports}, wake_{wake} {}

// The host writes, then looks at `asleep`; we set `asleep`, then look at what the host writes. Both sides
// have a seq_cst fence in between, so at least one sees the other: either we find what was written and do not
// sleep, or the host finds us asleep and rings. Ringing changes `bell`, so a ring between our look and our
// sleep makes the futex return at once.
template <class Ready>
void HostPort::wait_until(transport::Asleep why, const Ready& ready) noexcept {
  const auto spin = std::chrono::microseconds{pool_->spin_micros.load(std::memory_order_relaxed)};
  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - start < spin) {
    for (int i = 0; i < 32; ++i) {
      if (ready()) return;
      transport::spin_pause();
    }
  }
  while (!ready()) {
    // acquire: pairs with bump_word's release.
    const std::uint32_t seen = memory_->host.bell.load(std::memory_order_acquire);
    memory_->worker.asleep.store(why, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const bool done = ready();
    if (!done) transport::wait_on_word(memory_->host.bell, seen);
    memory_->worker.asleep.store(transport::Asleep::no, std::memory_order_relaxed);
    if (done) return;
  }
}

bool HostPort::try_take(transport::Task& task) noexcept { return tasks_.try_pop(task) == Popped::item; }

void HostPort::wait_for_task(const std::function<bool()>& other_work) noexcept {
  wait_until(transport::Asleep::for_task, [&] { return !tasks_.empty() || other_work(); });
}

void HostPort::send(const transport::Report& report) noexcept {
  wait_until(transport::Asleep::for_room, [&] { return reports_.try_push(report); });
  reach(transport::FaultPoint::after_commit);
  // As in wait_until, with the parts exchanged: we write, then look whether the host attends.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const bool attended = pool_->attended.load(std::memory_order_relaxed) != 0;
  // A plugin closed our descriptors: a worker that cannot be heard is of no use.
  if (!attended && !transport::signal_eventfd(wake_)) ::_exit(exit_unable);
  reach(transport::FaultPoint::after_wake);
}

void HostPort::wait_for_release(std::uint64_t block) noexcept {
  wait_until(transport::Asleep::for_room, [&] { return released() >= block; });
}

std::uint64_t HostPort::released() const noexcept {
  // acquire: pairs with the host's release store; it has read the block.
  return memory_->host.released.load(std::memory_order_acquire);
}

}  // namespace prong::worker
