// The module `attacks`: hostile functions by name, one crime each, and what a later task finds of them.
#include "attack.hpp"

#include <prong/plugin.hpp>

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <cerrno>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>

namespace attacks {

namespace {

constexpr const std::span<const Attack>* groups[] = {&on_files, &on_processes, &on_kernel, &on_worker,
                                                     &on_next_task};

}  // namespace

// "NAME HOST SIBLING CANARY PORT": "done", or the name of an error.
std::string commit(const std::string& order) {
  std::istringstream words{order};
  std::string name;
  Victim victim;
  words >> name >> victim.host >> victim.sibling >> victim.canary >> victim.port;
  for (const auto* group : groups) {
    for (const Attack& attack : *group) {
      if (name != attack.name) continue;
      errno = 0;
      return attack.commit(victim) >= 0 ? "done" : ::strerrorname_np(errno);
    }
  }
  throw std::invalid_argument("no attack of this name: " + name);
}

// All names, one a line.
std::string names(std::int64_t) {
  std::string all;
  for (const auto* group : groups) {
    for (const Attack& attack : *group)
      all += std::string{attack.name} + '\n';
  }
  return all;
}

std::int32_t pid(std::int64_t) { return ::getpid(); }

// What of the process is not as it is in a fresh one: names, with spaces.
std::string traces(std::int64_t) {
  std::string found;
  const auto note = [&](bool is_there, const char* name) {
    if (is_there) found += std::string{found.empty() ? "" : " "} + name;
  };
  sigset_t blocked;
  ::sigprocmask(SIG_BLOCK, nullptr, &blocked);
  struct sigaction action{};
  ::sigaction(SIGUSR1, nullptr, &action);
  struct sigaction crash_action{};
  ::sigaction(SIGSEGV, nullptr, &crash_action);
  struct stat here{};
  struct stat root{};
  note(::stat(".", &here) == 0 && ::stat("/", &root) == 0 && here.st_ino == root.st_ino, "directory");
  note(::sigismember(&blocked, SIGUSR2) == 1, "mask");
  note(action.sa_handler != SIG_DFL, "handler");
  note(std::fegetround() != FE_TONEAREST, "rounding");
  note(std::strcmp(std::setlocale(LC_ALL, nullptr), "C") != 0, "locale");
  note(std::use_facet<std::numpunct<char>>(std::locale{}).decimal_point() != '.', "C++-locale");
  note(::syscall(SYS_ioprio_get, 1, 0) >> 13 == 3, "io-class");
  const int personality = ::personality(0xffff'ffff);
  note(personality > 0 && (personality & ADDR_NO_RANDOMIZE) != 0, "personality");
  note(::prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1, "large-pages");
  note((crash_action.sa_flags & static_cast<int>(SA_RESETHAND)) != 0, "handler-flags");
  note(std::getenv("PRONG_ATTACK") != nullptr, "environment");
  note(::getpriority(PRIO_PROCESS, 0) > 10, "nice");
  struct sysinfo system{};
  note(::sysinfo(&system) != 0, "filter");
  const mode_t mask = ::umask(0);
  ::umask(mask);
  note(mask == 0777, "umask");
  return found;
}

}  // namespace attacks

PRONG_MODULE(attacks, "Hostile functions, one crime each", "1.0.0", "MIT")
PRONG_MAP(attacks, commit, "Commits an attack", order)
PRONG_MAP(attacks, names, "All attacks", x)
PRONG_MAP(attacks, pid, "The worker's pid", x)
PRONG_MAP(attacks, traces, "What earlier tasks left", x)
