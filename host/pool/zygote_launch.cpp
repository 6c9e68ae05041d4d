// A zygote in two steps. The host's thread makes a process that shares all of its memory (CLONE_VM) and
// sleeps until that is gone (CLONE_VFORK); in it, the zygote is made, by clone and exec or by fork; it leaves
// at once. docs/decisions/0001-zygote.md and 0007-fork.md tell why.
#include "pool/zygote_launch.hpp"

#include "pool/fork_gate.hpp"
#include "transport/message_socket.hpp"
#include "transport/shared_memory.hpp"
#include "zygote/zygote.hpp"

#include <prong/error.hpp>

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sched.h>
#include <stdio_ext.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#endif
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

extern char** environ;
// clone(2) under the name by which sanitizers do not replace it: they take every child of `clone` for a
// process with memory of its own.
extern "C" int __clone(int (*entry)(void*), void* stack, int flags, void* argument, ...);

namespace prong::pool {

namespace {

using transport::FileDescriptor;
using transport::ZygoteDescriptors;

constexpr std::size_t descriptor_count = ZygoteDescriptors::first_free - ZygoteDescriptors::socket;

// What the children need, made before the first clone: what they allocate, they allocate in the host.
struct Launch {
  const char* executable = nullptr;  // nullptr: the zygote is a fork
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const worker::FindDefined* find_defined = nullptr;
  std::array<int, descriptor_count> descriptors{};  // in the order of ZygoteDescriptors
  int null = -1;
  int mark = -1;  // of a fork: a file that is named so
  // Written by the children.
  int pid = -1;
  int pidfd = -1;
  int error = 0;               // the errno of what failed
  const char* call = nullptr;  // its name, unless it is the clone or the exec itself
};

// The host's, but for the mark of a zygote that the host itself comes from.
std::vector<char*> marked_environment(const ZygoteMark& mark) {
  const std::string_view variable = mark.variable();
  std::vector<char*> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!std::string_view{*entry}.starts_with(variable.substr(0, variable.find('=') + 1)))
      kept.push_back(*entry);
  }
  kept.push_back(const_cast<char*>(mark.variable().c_str()));
  kept.push_back(nullptr);
  return kept;
}

// The dynamic linker's knobs of the host's user do not reach into the workers: LD_PRELOAD, LD_LIBRARY_PATH, …
std::vector<char*> scrubbed_environment(const ZygoteMark& mark) {
  auto kept = marked_environment(mark);
  std::erase_if(
      kept, [](const char* entry) { return entry != nullptr && std::string_view{entry}.starts_with("LD_"); });
  return kept;
}

// Runs `entry` in a process that shares this one's memory, while this thread sleeps; it ends when that
// returns, by a system call alone. It runs on this thread's stack, below all that is in use, so that a fork
// made there goes on as this thread: on a stack of the usual size, with its thread-local objects. Without an
// exit signal in `flags`, only waits that ask for such children (__WCLONE) see it.
[[gnu::noinline]] int clone_below(int (*entry)(void*), Launch& launch, int flags) {
  constexpr std::uintptr_t in_use = 4096;  // what __clone and this function may have on it
  constexpr std::uintptr_t alignment = 64;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return __clone(entry, reinterpret_cast<void*>((here - in_use) & ~(alignment - 1)), flags, &launch);
}

// dup2, but by the system call: sanitizers keep a record of the host's descriptors at dup2, in memory that
// the child shares, and these are the child's.
bool place(Launch& launch, int descriptor, int number) {
  launch.call = "dup3";
  return ::syscall(SYS_dup3, descriptor, number, 0) == number;
}

int place_high(Launch& launch, int descriptor) {
  launch.call = "fcntl";
  return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 16);
}

bool close_others(Launch& launch, unsigned flags) {
  launch.call = "close_range";
  return ::syscall(SYS_close_range, ZygoteDescriptors::first_free, ~0U, flags) == 0;
}

// Moves the descriptors to their numbers by way of high ones, since a source may stand where a target
// goes. The others close now, or at exec.
bool place_descriptors(Launch& launch, unsigned close_range_flags) {
  std::array<int, descriptor_count> high{};
  for (std::size_t i = 0; i < high.size(); ++i) {
    high[i] = place_high(launch, launch.descriptors[i]);
    if (high[i] < 0) return false;
  }
  const int null = place_high(launch, launch.null);
  if (null < 0 || !place(launch, null, STDIN_FILENO)) return false;
  // Nothing that is printed below here may reach the host's standard output, which carries results.
  // A descriptor there that closes at exec is no standard error.
  if (::fcntl(STDERR_FILENO, F_GETFD) != 0 && !place(launch, null, STDERR_FILENO)) return false;
  if (!place(launch, STDERR_FILENO, STDOUT_FILENO)) return false;
  for (std::size_t i = 0; i < high.size(); ++i) {
    if (!place(launch, high[i], ZygoteDescriptors::socket + static_cast<int>(i))) return false;
  }
  return close_others(launch, close_range_flags);
}

// Handlers of the host are not to run in the zygote: signals stay blocked until there are none.
void leave_host_behind() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    ::sigaction(number, &standard, nullptr);
  }
  ::setsid();
}

void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// A process with shared memory loses the thread's registration for restartable sequences, and a fork of it
// has none: sched_getcpu would for ever answer with the processor of that moment. glibc registers once a
// thread.
void register_restartable_sequences() {
#if __has_include(<sys/rseq.h>)
  constexpr std::size_t area_bytes = 32;  // the kernel's smallest, and glibc's
  if (__rseq_size == 0) return;           // it has none
  auto* area = static_cast<std::byte*>(__builtin_thread_pointer()) + __rseq_offset;
  ::syscall(SYS_rseq, area, area_bytes, 0, RSEQ_SIG);
#endif
}

// [after fork] In the host's memory until exec.
int become_executable(void* argument) {
  auto& launch = *static_cast<Launch*>(argument);
  leave_host_behind();
  if (place_descriptors(launch, CLOSE_RANGE_CLOEXEC)) {
    launch.call = nullptr;
    unblock_signals();
    ::execve(launch.executable, launch.arguments, launch.environment);
  }
  launch.error = errno;
  return 127;
}

// A fork's environment, as others see it, is the host's; the name of what it has mapped is not.
bool take_mark(Launch& launch) {
  environ = const_cast<char**>(launch.environment);  // of programs that are executed below here
  launch.call = "mmap";
  return ::mmap(nullptr, transport::page_size(), PROT_NONE, MAP_PRIVATE, launch.mark, 0) != MAP_FAILED;
}

// [after fork] In a copy of the host's memory. What is left of the host's text in a stream's buffer is the
// host's to print, and what it has read ahead the host's to use.
[[noreturn]] void serve_in_fork(Launch& launch) noexcept {
  register_restartable_sequences();
  leave_host_behind();
  ::prctl(PR_SET_NAME, "prong-zygote");
  if (!take_mark(launch) || !place_descriptors(launch, 0)) {
    ::dprintf(STDERR_FILENO, "prong: a forked zygote cannot start: %s: %s\n", launch.call,
              std::strerror(errno));
    ::_exit(127);
  }
  for (std::FILE* stream : {stdin, stdout, stderr})
    ::__fpurge(stream);
  unblock_signals();
  zygote::serve(*launch.find_defined);
}

// [after fork] The zygote's parent for a moment. A host that waits for its children, any or all, must neither
// see the zygote nor wait for it, and both exec and fork give a child an exit signal; so the zygote is a
// grandchild that its parent leaves at once. This process has the host's memory and descriptors: what fork
// does before and after (the allocator's locks, the handlers of pthread_atfork) it does in the host, as if
// the host had called it, and the pidfd appears there.
int become_parent(void* argument) {
  auto& launch = *static_cast<Launch*>(argument);
  // Of this process alone: were it ignored, as the host may do, a zygote that fails at once would be gone,
  // and its pid another's, before we have opened it.
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &standard, nullptr);
  launch.pid = launch.executable != nullptr
                   ? clone_below(become_executable, launch, CLONE_VM | CLONE_VFORK | SIGCHLD)
                   : ::fork();
  if (launch.pid == 0) serve_in_fork(launch);
  if (launch.pid < 0) {
    launch.error = errno;
    return 0;
  }
  launch.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, launch.pid, 0));
  if (launch.pidfd < 0 && launch.error == 0) {
    launch.error = errno;
    launch.call = "pidfd_open";
  }
  return 0;
}

LaunchedZygote make(Launch& launch, const std::string& what) {
  // A handler of the host must not run in the children, on the host's memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const int parent = clone_below(become_parent, launch, CLONE_VM | CLONE_VFORK | CLONE_FILES);
  if (parent < 0) launch.error = errno;
  if (parent > 0) ::waitpid(parent, nullptr, static_cast<int>(__WCLONE));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  LaunchedZygote made{.pid = launch.pid, .pidfd = FileDescriptor{launch.pidfd}};
  if (launch.error == 0 && !made.pidfd) launch.error = ECHILD;  // somebody killed its parent
  if (launch.error != 0) {
    const std::string call = launch.call != nullptr ? fmt::format("{}: ", launch.call) : "";
    throw PoolBroken{fmt::format("{}: {}{}", what, call, std::strerror(launch.error))};
  }
  return made;
}

// What the host has printed and not yet written is in the fork's buffers too; whoever empties them there
// would print it again. A stream that another thread holds is left alone: it may be held for ever, by a read.
void flush_output(bool alone) {
  if (!alone) {
    for (std::FILE* stream : {stdout, stderr}) {
      if (::ftrylockfile(stream) != 0) continue;
      ::fflush_unlocked(stream);
      ::funlockfile(stream);
    }
    return;
  }
  std::fflush(nullptr);
  try {
    for (std::ostream* stream : {&std::cout, &std::clog})
      stream->flush();
    for (std::wostream* stream : {&std::wcout, &std::wclog})
      stream->flush();
  } catch (const std::exception&) {
    // The host asked for exceptions from its stream; it will see this one at its next write.
  }
}

LaunchedZygote start(const FreshZygote& fresh, Launch& launch, const ZygoteMark& mark) {
  const std::string path = fresh.executable.string();
  const std::array<char*, 2> arguments{const_cast<char*>("prong-zygote"), nullptr};
  const auto environment = scrubbed_environment(mark);
  launch.executable = path.c_str();
  launch.arguments = arguments.data();
  launch.environment = environment.data();
  return make(launch, "cannot start the zygote " + path);
}

LaunchedZygote start(const ForkedZygote& forked, Launch& launch, const ZygoteMark& mark) {
  const ForkPermit permit{{.despite_threads = forked.despite_threads}};
  const FileDescriptor named =
      transport::checked(::memfd_create(mark.text().c_str(), MFD_CLOEXEC), "memfd_create");
  const auto environment = marked_environment(mark);
  launch.environment = environment.data();
  launch.mark = named.number();
  flush_output(permit.is_alone());
  launch.find_defined = &forked.find_defined;
  return make(launch, "cannot fork this process");
}

}  // namespace

LaunchedZygote launch_zygote(const ZygoteOrigin& origin, const ZygoteInheritance& inheritance,
                             const ZygoteMark& mark) {
  const FileDescriptor null = transport::checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null");
  Launch launch;
  launch.descriptors = {inheritance.socket, inheritance.host,
                        inheritance.inputs, inheritance.outputs,
                        inheritance.orders, inheritance.ruleset >= 0 ? inheritance.ruleset : null.number()};
  launch.null = null.number();
  return std::visit([&](const auto& one) { return start(one, launch, mark); }, origin);
}

std::filesystem::path default_zygote() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&default_zygote), &info) == 0) info.dli_fname = "";
  std::error_code error;
  const auto library = std::filesystem::canonical(info.dli_fname, error);
  // A path that begins in the current directory would be anybody's program.
  if (error) throw PoolBroken{"cannot find the zygote: where libprong lies is unknown: " + error.message()};
  return (library.parent_path() / PRONG_LIBEXEC_FROM_LIB / "prong/prong-zygote").lexically_normal();
}

}  // namespace prong::pool
