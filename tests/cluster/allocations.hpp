// How much the calling thread has asked operator new for, in this program; 0 under ThreadSanitizer.
#pragma once

#include <cstdint>

namespace prong::test {

[[nodiscard]] std::uint64_t allocated_bytes() noexcept;

}  // namespace prong::test
