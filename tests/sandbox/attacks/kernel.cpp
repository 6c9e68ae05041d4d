// Attacks on the kernel: interfaces that no function of a plugin needs.
#include "attack.hpp"

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace attacks {

namespace {

long ring_of_requests(const Victim&) {
  alignas(8) char parameters[256] = {};
  return ::syscall(SYS_io_uring_setup, 4, parameters);
}
long program_of_kernel(const Victim&) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = attributes.value_size = 4;
  attributes.max_entries = 1;
  return ::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
}
long handle_page_faults(const Victim&) { return ::syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */); }
long count_events(const Victim&) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_DUMMY;
  attributes.exclude_kernel = 1;
  return ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}
long use_keys(const Victim&) { return ::syscall(SYS_add_key, "user", "prong-attack", "x", 1, -1); }
long mount_over(const Victim&) { return ::mount("none", "/tmp", "tmpfs", 0, nullptr); }
long make_user_namespace(const Victim&) { return ::unshare(CLONE_NEWUSER); }
long enter_namespace(const Victim&) { return ::syscall(SYS_setns, 0, 0); }
long change_host_name(const Victim&) { return ::sethostname("attack", 6); }
long set_clock(const Victim&) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return ::clock_settime(CLOCK_REALTIME, &now);
}
long load_module(const Victim&) { return ::syscall(SYS_init_module, nullptr, 0, ""); }
long load_kernel(const Victim&) { return ::syscall(SYS_kexec_load, 0, 0, nullptr, 0); }
long restart_machine(const Victim&) { return ::reboot(RB_DISABLE_CAD); }
long become_root(const Victim&) { return ::syscall(SYS_setresuid, 0, 0, 0); }
long allow_dumps(const Victim&) { return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
long shared_anonymous_memory(const Victim&) {
  const void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? -1 : 0;
}
// A stack grows without a limit of memory counting it.
long growing_memory(const Victim&) {
  const void* memory =
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);
  return memory == MAP_FAILED ? -1 : 0;
}
// Those that wait are counted for all processes of a user.
long queue_many_signals(const Victim&) {
  std::signal(SIGRTMIN, SIG_DFL);
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, SIGRTMIN);
  ::sigprocmask(SIG_BLOCK, &one, nullptr);
  long result = 0;
  for (int i = 0; i < 2000 && result == 0; ++i)
    result = ::syscall(SYS_tgkill, ::getpid(), ::gettid(), SIGRTMIN);
  const int error = errno;
  std::signal(SIGRTMIN, SIG_IGN);  // none waits any more
  std::signal(SIGRTMIN, SIG_DFL);
  ::sigprocmask(SIG_UNBLOCK, &one, nullptr);
  errno = error;
  return result;
}
long file_of_memory(const Victim&) { return ::memfd_create("prong-attack", MFD_CLOEXEC); }
// A system call by the door of 32-bit programs, whose numbers mean other calls.
long other_door(const Victim&) {
#if defined(__x86_64__)
  long result = 20;  // getpid
  asm volatile("int $0x80" : "+a"(result) : : "memory");
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
#else
  errno = ENOSYS;
#endif
  return -1;
}
long other_numbers(const Victim&) { return ::syscall(0x40000000 + SYS_getpid); }

constexpr Attack all[] = {{"ring_of_requests", ring_of_requests},
                          {"program_of_kernel", program_of_kernel},
                          {"handle_page_faults", handle_page_faults},
                          {"count_events", count_events},
                          {"use_keys", use_keys},
                          {"mount_over", mount_over},
                          {"make_user_namespace", make_user_namespace},
                          {"enter_namespace", enter_namespace},
                          {"change_host_name", change_host_name},
                          {"set_clock", set_clock},
                          {"load_module", load_module},
                          {"load_kernel", load_kernel},
                          {"restart_machine", restart_machine},
                          {"become_root", become_root},
                          {"allow_dumps", allow_dumps},
                          {"shared_anonymous_memory", shared_anonymous_memory},
                          {"growing_memory", growing_memory},
                          {"queue_many_signals", queue_many_signals},
                          {"file_of_memory", file_of_memory},
                          {"other_door", other_door},
                          {"other_numbers", other_numbers}};

}  // namespace

const std::span<const Attack> on_kernel{all};

}  // namespace attacks
