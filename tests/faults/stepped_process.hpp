// A process that is not our child, run instruction by instruction.
#pragma once

#include <functional>
#include <stdexcept>

namespace prong::test {

// This machine does not let us: not root, and Yama or a container forbids it.
struct CannotTrace : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Stopped from its construction on. One thread makes it, steps it and ends it. [blocks]
class SteppedProcess {
 public:
  // Throws CannotTrace; std::runtime_error when there is no such process.
  explicit SteppedProcess(int pid);
  ~SteppedProcess();  // kills it, unless it is dead already
  SteppedProcess(const SteppedProcess&) = delete;
  SteppedProcess& operator=(const SteppedProcess&) = delete;

  // Runs one instruction. False when the process sleeps in it instead and `may_sleep` says that nothing will
  // wake it any more: it is then still to be killed.
  [[nodiscard]] bool step(const std::function<bool()>& may_sleep);
  // Kills it where it stands, and waits for its end.
  void kill();

 private:
  [[nodiscard]] int wait_for_stop();

  int pid_;
  bool alive_ = true;
};

}  // namespace prong::test
