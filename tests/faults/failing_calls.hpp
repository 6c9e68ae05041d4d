// Which system calls can fail without anybody's fault, and as what.
#pragma once

#include "traced_tree.hpp"

#include <string>

namespace prong::test {

// The errno of a machine that has run out of what this call takes; 0: it does not fail so.
[[nodiscard]] int error_of_shortage(const SystemCall& call) noexcept;

// What an older system, or a container's filter, does not have.
enum class NewerCall : std::uint8_t {
  pidfd_open,
  pidfd_send_signal,
  close_range,
  memfd_create,
  seal_future_write,
  clone3,
};
inline constexpr std::array newer_calls{NewerCall::pidfd_open,        NewerCall::pidfd_send_signal,
                                        NewerCall::close_range,       NewerCall::memfd_create,
                                        NewerCall::seal_future_write, NewerCall::clone3};
[[nodiscard]] std::string_view name_of(NewerCall newer) noexcept;
// What such a system answers; 0 for any other call.
[[nodiscard]] int error_where_missing(const SystemCall& call, NewerCall newer) noexcept;

// "openat", or the number.
[[nodiscard]] std::string name_of_call(const SystemCall& call);

}  // namespace prong::test
