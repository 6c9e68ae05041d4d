// Attacks on the tasks that come after, in the same process. Each takes a moment, so that a look at what it
// has done is due when it ends.
#include "attack.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
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
#include <locale>
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
// Without a name that C's setlocale would know.
long change_cpp_locale(const Victim&) {
  struct Comma final : std::numpunct<char> {
    [[nodiscard]] char do_decimal_point() const override { return ','; }
  };
  std::locale::global(std::locale{std::locale::classic(), new Comma});
  return after_a_moment(0);
}
long change_environment(const Victim&) { return after_a_moment(::setenv("PRONG_ATTACK", "x", 1)); }
long change_rounding(const Victim&) { return after_a_moment(std::fesetround(FE_UPWARD)); }
long change_handler(const Victim&) {
  return after_a_moment(std::signal(SIGUSR1, SIG_IGN) != SIG_ERR ? 0 : -1);
}
long change_handler_flags(const Victim&) {
  struct sigaction action{};
  ::sigaction(SIGSEGV, nullptr, &action);
  action.sa_flags |= static_cast<int>(SA_RESETHAND);
  return after_a_moment(::sigaction(SIGSEGV, &action, nullptr));
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
// Not one of setitimer's.
long make_timer(const Victim&) {
  timer_t timer{};
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return -1;
  itimerspec later{};
  later.it_value.tv_sec = 3600;
  return after_a_moment(::timer_settime(timer, 0, &later, nullptr));
}
long replace_output(const Victim&) { return after_a_moment(::dup2(STDIN_FILENO, STDERR_FILENO)); }
long change_signal_stack(const Victim&) {
  static char stack[16384];
  const stack_t own{.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  return after_a_moment(::sigaltstack(&own, nullptr));
}
long leave_group(const Victim&) { return after_a_moment(::setpgid(0, ::getppid())); }
// From here on the process has no sysinfo().
long filter_itself(const Victim&) {
  sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sysinfo, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program{.len = 4, .filter = instructions};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return after_a_moment(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
}
long slow_itself(const Victim&) { return after_a_moment(::setpriority(PRIO_PROCESS, 0, 19)); }
long lower_io_class(const Victim&) {
  constexpr int of_process = 1;
  constexpr int idle = 3 << 13;
  return after_a_moment(::syscall(SYS_ioprio_set, of_process, 0, idle));
}
long change_personality(const Victim&) { return after_a_moment(::personality(ADDR_NO_RANDOMIZE)); }
long forbid_large_pages(const Victim&) { return after_a_moment(::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)); }
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
                          {"change_cpp_locale", change_cpp_locale},
                          {"change_environment", change_environment},
                          {"change_rounding", change_rounding},
                          {"change_handler", change_handler},
                          {"change_handler_flags", change_handler_flags},
                          {"change_mask", change_mask},
                          {"start_timer", start_timer},
                          {"make_timer", make_timer},
                          {"replace_output", replace_output},
                          {"change_signal_stack", change_signal_stack},
                          {"leave_group", leave_group},
                          {"filter_itself", filter_itself},
                          {"slow_itself", slow_itself},
                          {"lower_io_class", lower_io_class},
                          {"change_personality", change_personality},
                          {"forbid_large_pages", forbid_large_pages},
                          {"lower_limits", lower_limits},
                          {"write_inputs", write_inputs},
                          {"write_outputs", write_outputs}};

}  // namespace

const std::span<const Attack> on_next_task{all};

}  // namespace attacks
