// Attacks on the host, its zygote and the other workers; and processes that are to outlive the attacker.
#include "attack.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>

namespace attacks {

namespace {

long kill_group(const Victim&) { return ::kill(0, SIGTERM); }
long kill_all(const Victim&) { return ::kill(-1, SIGKILL); }
long kill_parent(const Victim&) {
  if (::kill(::getppid(), SIGKILL) != 0) return -1;
  for (;;)
    ::pause();  // it is the next to die
}
long kill_host(const Victim& victim) { return ::kill(victim.host, SIGKILL); }
long kill_sibling(const Victim& victim) { return ::kill(victim.sibling, SIGKILL); }
long kill_thread_of_host(const Victim& victim) {
  return ::syscall(SYS_tgkill, victim.host, victim.host, SIGKILL);
}
long kill_by_tkill(const Victim& victim) { return ::syscall(SYS_tkill, victim.host, SIGKILL); }
long queue_signal(const Victim& victim) { return ::sigqueue(victim.host, SIGKILL, {}); }
long kill_by_pidfd(const Victim& victim) {
  const long host = ::syscall(SYS_pidfd_open, victim.host, 0);
  return host < 0 ? -1 : ::syscall(SYS_pidfd_send_signal, host, SIGKILL, nullptr, 0);
}
// The kernel sends the signal when there is something to read.
long kill_by_pipe(const Victim& victim) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  if (::fcntl(ends[0], F_SETOWN, victim.host) != 0 || ::fcntl(ends[0], F_SETSIG, SIGKILL) != 0 ||
      ::fcntl(ends[0], F_SETFL, O_ASYNC) != 0) {
    return -1;
  }
  if (::write(ends[1], "x", 1) != 1) return -1;
  const timespec moment{0, 100'000'000};
  ::nanosleep(&moment, nullptr);
  return 0;
}

long trace(int pid) {
  const long result = ::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr);
  if (result == 0) ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
  return result;
}
long trace_host(const Victim& victim) { return trace(victim.host); }
long trace_sibling(const Victim& victim) { return trace(victim.sibling); }
long write_memory_of_host(const Victim& victim) {
  std::uint64_t noise = 0x6b63'6174'7461;
  const iovec from{&noise, sizeof noise};
  const iovec to{reinterpret_cast<void*>(victim.canary), sizeof noise};
  return ::process_vm_writev(victim.host, &from, 1, &to, 1, 0);
}
long read_memory_of_host(const Victim& victim) {
  std::uint64_t word = 0;
  const iovec to{&word, sizeof word};
  const iovec from{reinterpret_cast<void*>(victim.canary), sizeof word};
  return ::process_vm_readv(victim.host, &to, 1, &from, 1, 0);
}
long write_memory_file_of_host(const Victim& victim) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/mem", victim.host);
  const int memory = ::open(path, O_RDWR | O_CLOEXEC);
  if (memory < 0) return -1;
  const std::uint64_t noise = 0x6b63'6174'7461;
  const ssize_t written = ::pwrite(memory, &noise, sizeof noise, static_cast<off_t>(victim.canary));
  ::close(memory);
  return written;
}
long steal_descriptor_of_host(const Victim& victim) {
  const long host = ::syscall(SYS_pidfd_open, victim.host, 0);
  return host < 0 ? -1 : ::syscall(SYS_pidfd_getfd, host, 0, 0);
}
// Of these, as little as can be told: the host has to go on.
long limit_host(const Victim& victim) {
  rlimit limit{};
  if (::prlimit(victim.host, RLIMIT_CORE, nullptr, &limit) != 0) return -1;
  return ::prlimit(victim.host, RLIMIT_CORE, &limit, nullptr);
}
long slow_host(const Victim& victim) {
  return ::setpriority(PRIO_PROCESS, static_cast<id_t>(victim.host), 1);
}
long reschedule_host(const Victim& victim) {
  const sched_param ordinary{};
  return ::sched_setscheduler(victim.host, SCHED_BATCH, &ordinary);
}
long pin_host(const Victim& victim) {
  cpu_set_t processors;
  if (::sched_getaffinity(victim.host, sizeof processors, &processors) != 0) return -1;
  return ::sched_setaffinity(victim.host, sizeof processors, &processors);
}

long leave_daemon(const Victim&) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setsid();
  for (;;)
    ::pause();
}
// A small one: what counts is that there is any.
long bomb_with_forks(const Victim&) {
  for (int i = 0; i < 5; ++i) {
    if (::fork() < 0) return -1;
  }
  for (;;)
    ::pause();
}
// Waits until the child ends, and cannot be interrupted meanwhile.
long fork_and_stand_still(const Victim&) {
  const long child = ::syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    for (;;)
      ::syscall(SYS_pause);
  }
  return child;
}
// From here on its parent is told of each signal, and it stops there.
long ask_to_be_traced(const Victim&) {
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) return -1;
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
  return 0;
}
long fork_and_wait(const Victim&) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return child < 0 ? -1 : ::waitpid(child, nullptr, 0);
}
// Becomes another program, which ends at once.
long run_program(const Victim&) { return ::execl("/bin/true", "true", nullptr); }
long run_program_without_name(const Victim&) {
  const int file = ::memfd_create("prong-attack", MFD_CLOEXEC);
  if (file < 0) return -1;
  const int program = ::open("/bin/true", O_RDONLY | O_CLOEXEC);
  static char buffer[1 << 20];
  const ssize_t size = ::read(program, buffer, sizeof buffer);
  if (size <= 0 || ::write(file, buffer, static_cast<std::size_t>(size)) != size) return -1;
  char* const nothing[] = {nullptr};
  char name[] = "true";
  char* const arguments[] = {name, nullptr};
  return ::syscall(SYS_execveat, file, "", arguments, nothing, AT_EMPTY_PATH);
}
long outlive_parent(const Victim&) { return ::syscall(SYS_prctl, 1 /* PR_SET_PDEATHSIG */, 0, 0, 0, 0); }
constexpr Attack all[] = {{"kill_group", kill_group},
                          {"kill_all", kill_all},
                          {"kill_parent", kill_parent},
                          {"kill_host", kill_host},
                          {"kill_sibling", kill_sibling},
                          {"kill_thread_of_host", kill_thread_of_host},
                          {"kill_by_tkill", kill_by_tkill},
                          {"queue_signal", queue_signal},
                          {"kill_by_pidfd", kill_by_pidfd},
                          {"kill_by_pipe", kill_by_pipe},
                          {"trace_host", trace_host},
                          {"trace_sibling", trace_sibling},
                          {"write_memory_of_host", write_memory_of_host},
                          {"read_memory_of_host", read_memory_of_host},
                          {"write_memory_file_of_host", write_memory_file_of_host},
                          {"steal_descriptor_of_host", steal_descriptor_of_host},
                          {"limit_host", limit_host},
                          {"slow_host", slow_host},
                          {"reschedule_host", reschedule_host},
                          {"pin_host", pin_host},
                          {"leave_daemon", leave_daemon},
                          {"bomb_with_forks", bomb_with_forks},
                          {"fork_and_stand_still", fork_and_stand_still},
                          {"fork_and_wait", fork_and_wait},
                          {"ask_to_be_traced", ask_to_be_traced},
                          {"run_program", run_program},
                          {"run_program_without_name", run_program_without_name},
                          {"outlive_parent", outlive_parent}};

}  // namespace

const std::span<const Attack> on_processes{all};

}  // namespace attacks
