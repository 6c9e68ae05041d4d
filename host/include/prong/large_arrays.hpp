// What makes large arrays of results cheaper: large pages, and a second processor.
#pragma once

#include <prong/export.hpp>

#include <cstddef>
#include <functional>

namespace prong::detail {

// Values that take memory of their own, from so many on, are made on two processors.
inline constexpr std::size_t many_values = std::size_t{1} << 16;

// All of this memory is about to be written: the system may use large pages for it, as a fresh small one
// costs more than what is written to it.
PRONG_API void expect_writes(void* memory, std::size_t size) noexcept;

// Calls both, `other` on a thread of its own, when the process may use two processors and the system has a
// thread for it. Throws what `here` throws, or else `other`, when both have ended.
PRONG_API void call_both(const std::function<void()>& here, const std::function<void()>& other);

}  // namespace prong::detail
