// The thread on which a node waits for its pool: functions are looked up and loaded, and plugins looked for,
// while the node's own thread goes on to say that it is there.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace prong::node {

// [any thread]
class Desk {
 public:
  // Calls `idle` when there was nothing else to do for so long, and at first.
  Desk(std::chrono::milliseconds idle_time, std::function<void()> idle);
  ~Desk();  // what has not begun is dropped; waits for what has
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void put(std::function<void()> work);  // which throws nothing

 private:
  void serve();

  const std::chrono::milliseconds idle_time_;
  const std::function<void()> idle_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace prong::node
