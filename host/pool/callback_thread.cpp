// A queue and a thread.
#include "pool/callback_thread.hpp"

#include "pool/fork_gate.hpp"

#include <utility>

namespace prong::pool {

CallbackThread::CallbackThread() : queue_{std::make_shared<Queue>()} {}

CallbackThread::~CallbackThread() { stop(); }

void CallbackThread::start() {
  const std::lock_guard lock{thread_mutex_};
  if (thread_.joinable()) return;
  thread_ = start_own_thread([queue = queue_] { serve(queue); });
}

bool CallbackThread::post(std::function<void()> callback) {
  {
    const std::lock_guard lock{queue_->mutex};
    if (queue_->stopping) return false;
    queue_->callbacks.push_back(std::move(callback));
  }
  queue_->changed.notify_one();
  return true;
}

void CallbackThread::stop() {
  {
    const std::lock_guard lock{queue_->mutex};
    queue_->stopping = true;
  }
  queue_->changed.notify_one();
  std::thread ended;
  {
    const std::lock_guard lock{thread_mutex_};
    ended = std::move(thread_);
  }
  if (!ended.joinable()) return;
  if (ended.get_id() == std::this_thread::get_id()) return ended.detach();
  ended.join();
}

bool CallbackThread::is_current() const {
  const std::lock_guard lock{queue_->mutex};
  return queue_->server == std::this_thread::get_id();
}

void CallbackThread::wait_for_work(Queue& queue, std::unique_lock<std::mutex>& lock) {
  const Parked parked;
  queue.changed.wait(lock, [&] { return queue.stopping || !queue.callbacks.empty(); });
}

void CallbackThread::serve(const std::shared_ptr<Queue>& queue) {
  std::unique_lock lock{queue->mutex};
  queue->server = std::this_thread::get_id();
  for (;;) {
    if (queue->callbacks.empty()) wait_for_work(*queue, lock);
    if (queue->callbacks.empty()) {
      queue->server = {};
      return;
    }
    auto callback = std::move(queue->callbacks.front());
    queue->callbacks.pop_front();
    lock.unlock();
    callback();
    callback = nullptr;  // what it holds goes before the lock comes back
    lock.lock();
  }
}

}  // namespace prong::pool
