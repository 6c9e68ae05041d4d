// What other threads want the node's thread to do.
#pragma once

#include "transport/file_descriptor.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace prong::node {

// [any thread]
class Mailbox {
 public:
  Mailbox();  // throws std::system_error

  void post(std::function<void()> letter);
  // Without anything to do: the node's thread looks up. [async-signal-safe]
  void wake() noexcept;
  // Can be read when there is something.
  [[nodiscard]] int descriptor() const noexcept { return wakeup_.number(); }
  // Does it, in order. [the node's thread]
  void empty();

 private:
  transport::FileDescriptor wakeup_;
  std::mutex mutex_;
  std::vector<std::function<void()>> letters_;
};

}  // namespace prong::node
