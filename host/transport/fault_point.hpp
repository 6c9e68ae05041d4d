// Named steps of the worker and the zygote at which a test may end or stop the process that reaches them. The
// product has none: without PRONG_FAULT_POINTS, which only tests/faults defines, reaching one is nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace prong::transport {

enum class FaultPoint : std::uint32_t {
  // In a worker.
  before_ready,   // born, and not able to take tasks
  dequeued,       // a task was taken, and nothing of it was said
  looking,        // a plugin's file is about to be read
  half_payload,   // half of a value of variable size is written
  before_commit,  // a value, or a failure, is written and not counted
  after_commit,   // a task was reported, the host was not woken
  after_wake,     // the host was woken, or needs no waking
  // In the zygote.
  mid_fork,  // a worker was forked, the host was not told
  mid_reap,  // a dead worker was reaped, the host was not told
  shutdown,  // the end is known, nobody was killed
};
inline constexpr std::size_t fault_point_count = 10;

#ifdef PRONG_FAULT_POINTS
inline constexpr bool has_fault_points = true;
void reach(FaultPoint point) noexcept;
#else
inline constexpr bool has_fault_points = false;
inline void reach(FaultPoint) noexcept {}
#endif

}  // namespace prong::transport
