// Memory between a test and the processes under test: which fault points are armed, and how often each was
// reached. A test arms and disarms while they run.
#pragma once

#include "transport/fault_point.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace prong::test {

// Where the zygote finds the board: a path in its environment.
inline constexpr const char* fault_board_variable = "PRONG_FAULT_BOARD";

struct FaultEntry {
  std::atomic<std::uint64_t> reached;  // by all processes
  // Arrivals [first, first + times) get the signal.
  std::atomic<std::uint64_t> first;
  std::atomic<std::uint64_t> times;
  std::atomic<int> signal;
};
using FaultBoard = std::array<FaultEntry, transport::fault_point_count>;

}  // namespace prong::test
