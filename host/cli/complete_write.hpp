// Writing all of it, whatever the descriptor.
#pragma once

#include <sys/uio.h>

#include <span>
#include <string_view>

namespace prong::cli {

[[nodiscard]] inline iovec vector_of(std::string_view text) noexcept {
  return {const_cast<char*>(text.data()), text.size()};
}

// 0, or the error. The parts are used up. Waits where the descriptor does not: whoever shares it may have set
// O_NONBLOCK. [blocks]
[[nodiscard]] int write_completely(int descriptor, std::span<iovec> parts) noexcept;

}  // namespace prong::cli
