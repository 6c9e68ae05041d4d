// ptrace.
#include "stepped_process.hpp"

#include "interruptions.hpp"
#include "processes.hpp"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace prong::test {

SteppedProcess::SteppedProcess(int pid) : pid_{pid} {
  static const Interruptions interruptions;
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0) {
    const std::string why = std::string{"cannot trace a worker: "} + std::strerror(errno);
    if (errno == EPERM || errno == ENOSYS) throw CannotTrace{why};
    throw std::runtime_error{why};
  }
  ::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr);
  if (!WIFSTOPPED(wait_for_stop())) throw std::runtime_error{"the worker died before it was stopped"};
}

SteppedProcess::~SteppedProcess() {
  if (alive_) kill();
}

bool SteppedProcess::step(const std::function<bool()>& may_sleep) {
  if (::ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr) != 0)
    throw std::runtime_error{std::string{"PTRACE_SINGLESTEP: "} + std::strerror(errno)};
  int status = 0;
  while (::waitpid(pid_, &status, __WALL) != pid_) {
    if (errno != EINTR) throw std::runtime_error{std::string{"waitpid: "} + std::strerror(errno)};
    const auto facts = facts_of(pid_);
    if (facts && facts->state == 'S' && may_sleep()) return false;
  }
  if (!WIFSTOPPED(status)) {
    alive_ = false;
    throw std::runtime_error{"the worker died of itself"};
  }
  return true;
}

// The zygote, its parent, hears of the death once we have.
void SteppedProcess::kill() {
  HeldProcess{pid_}.signal(SIGKILL);
  int status = 0;
  do {
    status = wait_for_stop();
  } while (WIFSTOPPED(status));
  alive_ = false;
}

int SteppedProcess::wait_for_stop() {
  int status = 0;
  while (::waitpid(pid_, &status, __WALL) != pid_) {
    if (errno != EINTR) throw std::runtime_error{std::string{"waitpid: "} + std::strerror(errno)};
  }
  return status;
}

}  // namespace prong::test
