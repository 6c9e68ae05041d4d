// The worker's end of its channel: waits for tasks, sends reports.
#pragma once

#include "transport/channel.hpp"

#include <functional>

namespace prong::worker {

class HostPort {
 public:
  // `wake` is the eventfd that the host polls; it is borrowed.
  HostPort(transport::ChannelMemory& memory, const transport::PoolWords& pool, int wake) noexcept;

  // Tells whether a task was there. [never blocks]
  [[nodiscard]] bool try_take(transport::Task& task) noexcept;
  // Spins for a moment, then sleeps, until there is a task, or `other_work` has become true when the host
  // rings. [blocks] The worker is killed when the host dies, so this needs no deadline.
  void wait_for_task(const std::function<bool()>& other_work) noexcept;
  // [blocks] while the host does not read its reports.
  void send(const transport::Report& report) noexcept;
  // [blocks] until the host has released all blocks up to `block`.
  void wait_for_release(std::uint64_t block) noexcept;

  [[nodiscard]] std::uint64_t released() const noexcept;

 private:
  template <class Ready>
  void wait_until(transport::Asleep why, const Ready& ready) noexcept;

  transport::ChannelMemory* memory_;
  const transport::PoolWords* pool_;
  transport::RingReader<transport::Task, limits::task_slots> tasks_;
  transport::RingWriter<transport::Report, limits::report_slots> reports_;
  int wake_;
};

}  // namespace prong::worker
