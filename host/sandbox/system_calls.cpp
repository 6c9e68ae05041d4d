// The list, by way of libseccomp.
#include "sandbox/system_calls.hpp"

#include "sandbox/filter.hpp"
#include "sandbox/plan.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace prong::sandbox {

namespace {

// Whatever their arguments. Which files can be opened is Landlock's business; calls that open none, but tell
// of one, are not denied to anybody.
constexpr const char* allowed[] = {
    // memory
    "brk", "munmap", "mprotect", "mremap", "madvise", "msync", "membarrier",
    // descriptors that are open, and files to read
    "read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64", "pwritev", "pwritev2",
    "lseek", "close", "close_range", "dup", "dup2", "dup3", "open", "openat", "fstat", "stat", "lstat",
    "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2", "readlink", "readlinkat",
    "getdents64", "getcwd", "fadvise64",
    // waiting, inside of the process
    "futex", "poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "epoll_pwait2", "eventfd2", "pipe", "pipe2", "nanosleep", "clock_nanosleep", "pause", "sched_yield",
    "restart_syscall",
    // signals of its own
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend",
    "sigaltstack", "setitimer", "getitimer",
    // threads
    "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "exit", "exit_group",
    // what there is to know
    "clock_gettime", "clock_getres", "gettimeofday", "time", "times", "getrusage", "getpid", "getppid",
    "gettid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "getpgrp",
    "getpgid", "getsid", "getpriority", "sched_getaffinity", "sched_getparam", "sched_getscheduler",
    "sched_get_priority_min", "sched_get_priority_max", "getrlimit", "getcpu", "uname", "sysinfo",
    "getrandom", "capget", "arch_prctl"};

// Programs know how to do without.
constexpr const char* absent[] = {"clone3", "openat2"};

struct EndContext {
  void operator()(void* context) const noexcept { ::seccomp_release(context); }
};
using Context = std::unique_ptr<void, EndContext>;

void check(int result, const char* what) {
  if (result < 0) throw std::system_error{-result, std::generic_category(), what};
}

// A call that this machine does not have needs no rule.
template <class... Conditions>
void add(const Context& context, std::uint32_t action, const char* name, Conditions... conditions) {
  const int number = ::seccomp_syscall_resolve_name(name);
  if (number < 0) return;
  check(::seccomp_rule_add(context.get(), action, number, sizeof...(conditions), conditions...),
        "seccomp_rule_add");
}

template <class... Conditions>
void allow(const Context& context, const char* name, Conditions... conditions) {
  add(context, SCMP_ACT_ALLOW, name, conditions...);
}

// The kernel looks at the lower half of an int argument.
scmp_arg_cmp is_int(unsigned argument, std::uint32_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, value};
}

// A new thread of this process, exactly as glibc asks for one, and no new process.
void allow_threads(const Context& context) {
  constexpr std::uint32_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                                   CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  allow(context, "clone", is_int(0, thread));
}

// Private memory, which the limit of memory counts, and files; no memory to share with other processes, and
// none that grows as a stack does, which that limit does not count.
void allow_mapping(const Context& context) {
  constexpr std::uint32_t kind = MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN;
  for (const std::uint32_t flags :
       {std::uint32_t{0}, std::uint32_t{MAP_SHARED}, std::uint32_t{MAP_ANONYMOUS}})
    allow(context, "mmap", scmp_arg_cmp{3, SCMP_CMP_MASKED_EQ, kind, flags});
}

// Not F_SETOWN and its kin, by which the kernel sends signals for one.
void allow_descriptor_flags(const Context& context) {
  for (const int command :
       {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETPIPE_SZ, F_GET_SEALS}) {
    allow(context, "fcntl", is_int(1, static_cast<std::uint32_t>(command)));
  }
  for (const int request : {TCGETS, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX})
    allow(context, "ioctl", is_int(1, static_cast<std::uint32_t>(request)));
}

void allow_self_alone(const Context& context) {
  for (const char* call : {"kill", "tgkill"})
    allow(context, call, is_int(0, own_pid));
  // Its own limits can be read.
  allow(context, "prlimit64", is_int(0, 0), scmp_arg_cmp{2, SCMP_CMP_EQ, 0, 0});
  constexpr int set_memory_name = 0x53564d41;  // PR_SET_VMA, of Linux 5.17
  for (const int option : {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP,
                           PR_CAPBSET_READ, set_memory_name}) {
    allow(context, "prctl", is_int(0, static_cast<std::uint32_t>(option)));
  }
}

std::vector<sock_filter> export_filter(const Context& context) {
  const transport::FileDescriptor file =
      transport::checked(::memfd_create("prong-filter", MFD_CLOEXEC), "memfd_create");
  check(::seccomp_export_bpf(context.get(), file.number()), "seccomp_export_bpf");
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) throw transport::system_failure("fstat");
  std::vector<sock_filter> filter(static_cast<std::size_t>(status.st_size) / sizeof(sock_filter));
  const auto size = static_cast<ssize_t>(filter.size() * sizeof(sock_filter));
  if (::pread(file.number(), filter.data(), static_cast<std::size_t>(size), 0) != size)
    throw transport::system_failure("pread");
  return filter;
}

}  // namespace

std::vector<sock_filter> make_filter() {
  const std::uint32_t denies = SECCOMP_RET_ERRNO;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &denies) != 0) {
    throw Unavailable{fmt::format("this system has no filters of system calls (seccomp): {}",
                                  std::generic_category().message(errno))};
  }
  const Context context{::seccomp_init(SCMP_ACT_ERRNO(EPERM))};
  if (!context) throw Unavailable{"libseccomp cannot make a filter for this machine"};
  check(::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS),
        "seccomp_attr_set");
  // A tree instead of a list: at each start of a worker the kernel runs the filter once for each call there
  // is.
  constexpr std::uint32_t tree = 2;
  check(::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, tree), "seccomp_attr_set");
  for (const char* name : allowed)
    allow(context, name);
  for (const char* name : absent)
    add(context, SCMP_ACT_ERRNO(ENOSYS), name);
  allow_threads(context);
  allow_mapping(context);
  allow_descriptor_flags(context);
  allow_self_alone(context);
  return export_filter(context);
}

}  // namespace prong::sandbox
