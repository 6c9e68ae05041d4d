// pidfds, and /proc/PID/stat.
#include "processes.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace prong::test {

// "4711 (name, which may hold anything) S 1 …"
std::optional<ProcessFacts> facts_of(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  if (!std::getline(file, text) || text.rfind(')') == std::string::npos) return std::nullopt;
  std::istringstream rest{text.substr(text.rfind(')') + 1)};
  ProcessFacts facts;
  rest >> facts.state >> facts.parent;
  return facts;
}

bool has_ended(int pid) {
  const auto facts = facts_of(pid);
  return !facts || facts->state == 'Z' || facts->state == 'X';
}

bool was_started_with(int pid, std::string_view entry) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/environ"};
  for (std::string one; std::getline(file, one, '\0');) {
    if (one.starts_with(entry)) return true;
  }
  return false;
}

std::vector<int> find_started_with(std::string_view entry) {
  std::vector<int> found;
  for (const auto& file : std::filesystem::directory_iterator{"/proc"}) {
    const int pid = std::atoi(file.path().filename().c_str());
    if (pid > 0 && pid != ::getpid() && was_started_with(pid, entry)) found.push_back(pid);
  }
  return found;
}

HeldProcess::HeldProcess(int pid) : pidfd_{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))} {}

HeldProcess::~HeldProcess() {
  if (pidfd_ >= 0) ::close(pidfd_);
}

bool HeldProcess::signal(int number) const {
  return pidfd_ >= 0 && ::syscall(SYS_pidfd_send_signal, pidfd_, number, nullptr, 0) == 0;
}

}  // namespace prong::test
