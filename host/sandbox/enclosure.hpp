// The sandbox as zygote and worker know it: read once by the zygote, put on by each worker before any plugin
// code runs in it.
#pragma once

#include "sandbox/plan.hpp"

#include <span>

namespace prong::sandbox {

class Enclosure {
 public:
  // [zygote] The ruleset may be any descriptor below strict. Throws std::system_error.
  Enclosure(const transport::FileDescriptor& orders, transport::FileDescriptor ruleset);

  // [worker] Once, after all that the worker itself opens and maps. About 100 µs at strict. Throws
  // std::system_error, and then the process must end.
  void enter();

  [[nodiscard]] Sandbox level() const noexcept { return static_cast<Sandbox>(orders_.level); }
  [[nodiscard]] const Orders& orders() const noexcept { return orders_; }
  // Whether it is: the worker has entered, and there is a /proc.
  [[nodiscard]] bool is_first_victim() const noexcept { return first_victim_; }

 private:
  Orders orders_;
  std::vector<sock_filter> filter_;
  transport::FileDescriptor ruleset_;
  std::size_t memory_before_ = 0;  // private memory before there was any of a plugin's
  bool first_victim_ = false;
};

}  // namespace prong::sandbox
