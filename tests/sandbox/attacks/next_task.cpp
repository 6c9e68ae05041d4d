// Attacks on the tasks that come after, in the same process. Each takes a moment, so that a look at what it
// has done is due when it ends.
#include "attack.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>

namespace attacks {

namespace {

long after_a_moment(long result) {
  const int error = errno;
  const timespec moment{0, 10'000'000};
  ::nanosleep(&moment, nullptr);
  errno = error;
  return result;
}

long leave_thread(const Victim&) {
  std::thread{[] { std::this_thread::sleep_for(std::chrono::hours{1}); }}.detach();
  return after_a_moment(0);
}
long leave_descriptors(const Victim&) {
  for (int i = 0; i < 200; ++i)
    static_cast<void>(::dup(STDERR_FILENO));
  return after_a_moment(0);
}
long close_all(const Victim&) {
  for (int number = 0; number < 1024; ++number)
    ::close(number);
  return after_a_moment(0);
}
long change_directory(const Victim&) { return after_a_moment(::chdir("/")); }
long change_umask(const Victim&) { return after_a_moment(::syscall(SYS_umask, 0777)); }
long change_locale(const Victim&) {
  return after_a_moment(std::setlocale(LC_ALL, "C.UTF-8") != nullptr ? 0 : (errno = ENOENT, -1));
}
long change_environment(const Victim&) { return after_a_moment(::setenv("PRONG_ATTACK", "x", 1)); }
long change_rounding(const Victim&) { return after_a_moment(std::fesetround(FE_UPWARD)); }
long change_handler(const Victim&) {
  return after_a_moment(std::signal(SIGUSR1, SIG_IGN) != SIG_ERR ? 0 : -1);
}
long change_mask(const Victim&) {
  sigset_t some;
  ::sigemptyset(&some);
  ::sigaddset(&some, SIGUSR2);
  return after_a_moment(::sigprocmask(SIG_BLOCK, &some, nullptr));
}
long start_timer(const Victim&) {
  itimerval later{};
  later.it_value.tv_sec = 3600;
  return after_a_moment(::setitimer(ITIMER_REAL, &later, nullptr));
}
long slow_itself(const Victim&) { return after_a_moment(::setpriority(PRIO_PROCESS, 0, 19)); }
long lower_limits(const Victim&) {
  rlimit limit{};
  ::getrlimit(RLIMIT_STACK, &limit);
  limit.rlim_cur = 1 << 20;
  return after_a_moment(::setrlimit(RLIMIT_STACK, &limit));
}

// The pool's memory, as the worker has mapped it: made writable.
long open_mapping(const char* name) {
  std::FILE* maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return -1;
  char line[512];
  std::uintptr_t begin = 0;
  while (begin == 0 && std::fgets(line, sizeof line, maps) != nullptr) {
    if (std::strstr(line, name) != nullptr) begin = std::strtoull(line, nullptr, 16);
  }
  std::fclose(maps);
  return ::mprotect(reinterpret_cast<void*>(begin), 4096, PROT_READ | PROT_WRITE);
}
long write_inputs(const Victim&) { return open_mapping("prong-inputs"); }
long write_outputs(const Victim&) { return open_mapping("prong-outputs"); }

constexpr Attack all[] = {{"leave_thread", leave_thread},
                          {"leave_descriptors", leave_descriptors},
                          {"close_all", close_all},
                          {"change_directory", change_directory},
                          {"change_umask", change_umask},
                          {"change_locale", change_locale},
                          {"change_environment", change_environment},
                          {"change_rounding", change_rounding},
                          {"change_handler", change_handler},
                          {"change_mask", change_mask},
                          {"start_timer", start_timer},
                          {"slow_itself", slow_itself},
                          {"lower_limits", lower_limits},
                          {"write_inputs", write_inputs},
                          {"write_outputs", write_outputs}};

}  // namespace

const std::span<const Attack> on_next_task{all};

}  // namespace attacks
