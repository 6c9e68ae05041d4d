// Which system calls can fail without anybody's fault, and as what.
#pragma once

#include "traced_tree.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prong::test {

// The errno of a machine that has run out of what this call takes; 0: it does not fail so.
[[nodiscard]] int error_of_shortage(const SystemCall& call) noexcept;

// The numbers of all calls for which that may be something.
[[nodiscard]] std::vector<std::uint64_t> calls_that_can_fail();

// What an older system, or a container, does not have.
enum class Lack : std::uint8_t {
  pidfd_open,
  pidfd_send_signal,
  close_range,
  memfd_create,
  seal_future_write,
  clone3,
  proc,
  shared_memory_folder,
};
inline constexpr std::size_t lack_count = 8;
[[nodiscard]] std::string_view name_of(Lack lack) noexcept;
// What such a system answers; 0 for any other call.
[[nodiscard]] int error_where_lacking(const SystemCall& call, Lack lack);

// "openat", or the number.
[[nodiscard]] std::string name_of_call(const SystemCall& call);

}  // namespace prong::test
