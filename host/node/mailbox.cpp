// A list under a lock, and an eventfd.
#include "node/mailbox.hpp"

#include <utility>

namespace prong::node {

Mailbox::Mailbox() : wakeup_{transport::make_eventfd()} {}

void Mailbox::post(std::function<void()> letter) {
  {
    const std::lock_guard lock{mutex_};
    letters_.push_back(std::move(letter));
  }
  wake();
}

void Mailbox::wake() noexcept { transport::signal_eventfd(wakeup_.number()); }

void Mailbox::empty() {
  transport::drain_eventfd(wakeup_.number());
  std::vector<std::function<void()>> letters;
  {
    const std::lock_guard lock{mutex_};
    letters = std::move(letters_);
    letters_.clear();
  }
  for (const auto& letter : letters)
    letter();
}

}  // namespace prong::node
