// The thread that callbacks of a pool's users run on: one a pool, started with the first of them, so that
// they run one at a time, in the order in which their jobs ended, and never under a lock of ours.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace prong::pool {

class CallbackThread {
 public:
  CallbackThread();
  // As stop(). A callback may be what destroys this: then the thread goes on by itself, and ends after it.
  ~CallbackThread();
  CallbackThread(const CallbackThread&) = delete;
  CallbackThread& operator=(const CallbackThread&) = delete;

  // Idempotent. Throws std::system_error when there is no thread to be had.
  void start();
  // Runs it after those before it. False after stop(): it will not run. [never blocks]
  [[nodiscard]] bool post(std::function<void()> callback);
  // Waits until all that was posted has run; called from a callback, does not wait. [blocks]
  void stop();
  // Whether the caller is a callback.
  [[nodiscard]] bool is_current() const;

 private:
  struct Queue {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> callbacks;
    std::thread::id server;
    bool stopping = false;
  };
  static void wait_for_work(Queue& queue, std::unique_lock<std::mutex>& lock);
  static void serve(const std::shared_ptr<Queue>& queue);

  std::shared_ptr<Queue> queue_;  // the thread's too: it may outlive this
  std::mutex thread_mutex_;
  std::thread thread_;
};

}  // namespace prong::pool
