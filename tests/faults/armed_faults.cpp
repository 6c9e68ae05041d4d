// The test's side of the board: a memfd, which the zygote opens by way of /proc.
#include "armed_faults.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace prong::test {

ArmedFaults::ArmedFaults()
    : file_{transport::make_shared_file("prong-faults", sizeof(FaultBoard))},
      mapping_{file_, sizeof(FaultBoard), transport::Access::read_write} {
  const std::string path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_.number());
  ::setenv(fault_board_variable, path.c_str(), 1);
}

ArmedFaults::~ArmedFaults() { ::unsetenv(fault_board_variable); }

void ArmedFaults::arm(transport::FaultPoint point, const Fault& fault) {
  FaultEntry& armed = entry(point);
  armed.times = 0;
  armed.signal = fault.signal;
  armed.first = armed.reached + fault.after;
  armed.times = fault.times;
}

PoolOptions ArmedFaults::options(unsigned workers) {
  return {.workers = workers, .zygote = PRONG_TEST_FAULTY_ZYGOTE};
}

}  // namespace prong::test
