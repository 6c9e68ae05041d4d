// One thing after the other.
#include "node/desk.hpp"

#include "transport/quiet_thread.hpp"

#include <utility>

namespace prong::node {

Desk::Desk(std::chrono::milliseconds idle_time, std::function<void()> idle)
    : idle_time_{idle_time},
      idle_{std::move(idle)},
      thread_{transport::start_quiet_thread([this] { serve(); })} {}

Desk::~Desk() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Desk::put(std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    work_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void Desk::serve() {
  std::unique_lock lock{mutex_};
  auto next_idle = std::chrono::steady_clock::now();
  while (true) {
    changed_.wait_until(lock, next_idle, [&] { return stopping_ || !work_.empty(); });
    if (stopping_) return;
    std::function<void()> work;
    if (!work_.empty()) {
      work = std::move(work_.front());
      work_.pop_front();
    }
    lock.unlock();
    if (work) {
      work();
    } else {
      idle_();
      next_idle = std::chrono::steady_clock::now() + idle_time_;
    }
    lock.lock();
  }
}

}  // namespace prong::node
