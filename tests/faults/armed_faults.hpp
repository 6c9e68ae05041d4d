// Arms fault points in pools whose zygote is the one with fault points.
#pragma once

#include "fault_board.hpp"
#include "transport/shared_memory.hpp"

#include <prong/options.hpp>

#include <csignal>
#include <cstdint>
#include <filesystem>

namespace prong::test {

// Pools that are made while one of these lives, with options(), know it. One at a time. [one thread]
class ArmedFaults {
 public:
  ArmedFaults();
  ~ArmedFaults();
  ArmedFaults(const ArmedFaults&) = delete;
  ArmedFaults& operator=(const ArmedFaults&) = delete;

  struct Fault {
    int signal = SIGKILL;
    std::uint64_t after = 0;  // arrivals, from now on, that pass
    std::uint64_t times = 1;
  };
  static constexpr std::uint64_t always = UINT64_MAX;
  void arm(transport::FaultPoint point, const Fault& fault);
  void arm(transport::FaultPoint point) { arm(point, Fault{}); }
  void disarm(transport::FaultPoint point) { entry(point).times = 0; }
  // Arrivals since the board was made.
  [[nodiscard]] std::uint64_t reached(transport::FaultPoint point) { return entry(point).reached; }

  [[nodiscard]] static PoolOptions options(unsigned workers = 2);

 private:
  [[nodiscard]] FaultEntry& entry(transport::FaultPoint point) {
    return (*mapping_.at<FaultBoard>(0))[static_cast<std::size_t>(point)];
  }

  transport::FileDescriptor file_;
  transport::Mapping mapping_;
};

}  // namespace prong::test
