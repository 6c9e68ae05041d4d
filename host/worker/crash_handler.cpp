// The handler. Between the fault and the end of the process nothing may allocate, lock or wait: any lock may
// be held, and any memory may be rubbish. What reads memory that may not be there does it last, since a
// second fault ends the writing and leaves what there is.
//
// System calls that a sandbox must leave to it: getpid, gettid, rt_sigaction, rt_sigprocmask, tgkill,
// setitimer, prlimit64 to read its limits; with core dumps also to set them, mkdir and chdir.
#include "worker/crash_handler.hpp"

#include "transport/channel.hpp"
#include "worker/stack_walk.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace prong::worker {

namespace {

using transport::CrashRecord;

constexpr std::array crash_signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
// Unwinding takes some kilobytes; the processor's registers, saved there, up to ten more.
constexpr std::size_t signal_stack_bytes = std::size_t{64} << 10;
// The kernel keeps such a gap below the stack, and a large frame may begin beyond its end.
constexpr std::uintptr_t stack_guard_bytes = std::uintptr_t{1} << 20;
constexpr std::uintptr_t stack_end_bytes = std::uintptr_t{64} << 10;

struct Handler {
  CrashRecord* record = nullptr;
  std::array<char, transport::core_directory_bytes + 32> core_folder{};  // empty: no core is asked for
  int process = 0;  // whose record it is: not that of a child which a plugin forks
  std::uintptr_t stack_top = 0;
  std::uintptr_t stack_end = 0;            // as the stack was when the process began
  std::uintptr_t outermost = UINTPTR_MAX;  // frames of plugins lie below
  // Of the first crash. Others have to wait for its end.
  std::atomic<int> thread = 0;
  int signal = 0;
};
Handler handler;
static_assert(std::atomic<int>::is_always_lock_free);

alignas(64) std::array<std::byte, signal_stack_bytes> signal_stack;

void set_action(int signal, void (*action)(int, siginfo_t*, void*)) noexcept {
  struct sigaction wanted{};
  ::sigemptyset(&wanted.sa_mask);
  // SA_NODEFER: a fault inside the handler is to come here too, and not to replace the signal that is told.
  wanted.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  wanted.sa_sigaction = action;
  if (action == nullptr) {
    wanted.sa_flags = 0;
    wanted.sa_handler = SIG_DFL;
  }
  ::sigaction(signal, &wanted, nullptr);
}

void unblock(int signal) noexcept {
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
}

// The same signal again, and nobody to catch it.
void die(int signal) noexcept {
  set_action(signal, nullptr);
  unblock(signal);
  ::raise(signal);
}

// An instruction that failed does so again when the handler returns: then a core dump shows that, and not us.
bool repeats_itself(int signal, const siginfo_t& info) noexcept {
  return info.si_code > 0 && (signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE);
}

void give_up(int, siginfo_t*, void*) noexcept { die(handler.signal); }

// A lock that is never released would make a crash a hang.
void limit_time() noexcept {
  set_action(SIGALRM, give_up);
  unblock(SIGALRM);
  const itimerval limit{.it_interval = {},
                        .it_value = {.tv_sec = limits::crash_write_time.count(), .tv_usec = 0}};
  ::setitimer(ITIMER_REAL, &limit, nullptr);
}

bool has_address(int signal, const siginfo_t& info) noexcept {
  const bool is_fault = signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE;
  // SI_KERNEL: an address that no memory can have, and the processor does not say which.
  return is_fault && info.si_code > 0 && info.si_code != SI_KERNEL;
}

// The first stack grows until a limit, which a sandbox may have changed.
std::uintptr_t grown_end() noexcept {
  rlimit limit{};
  ::getrlimit(RLIMIT_STACK, &limit);
  return limit.rlim_cur < handler.stack_top ? handler.stack_top - limit.rlim_cur : 0;
}

bool is_around(std::uintptr_t address, std::uintptr_t stack_end) noexcept {
  return stack_end > stack_guard_bytes && address >= stack_end - stack_guard_bytes &&
         address < stack_end + stack_end_bytes;
}

void tell_signal(int signal, const siginfo_t& info) noexcept {
  CrashRecord& record = *handler.record;
  record.signal = signal;
  record.code = info.si_code;
  record.sender = info.si_code <= 0 ? info.si_pid : 0;
  record.has_address = has_address(signal, info) ? 1 : 0;
  record.address = record.has_address != 0 ? reinterpret_cast<std::uintptr_t>(info.si_addr) : 0;
  const bool on_first_stack = ::gettid() == handler.process;
  const bool at_end = is_around(record.address, handler.stack_end) || is_around(record.address, grown_end());
  record.stack_overflow = signal == SIGSEGV && record.has_address != 0 && on_first_stack && at_end ? 1 : 0;
  record.is_told.store(1, std::memory_order_release);
}

// The host finds it there, whatever the kernel calls it.
void prepare_core() noexcept {
  const char* folder = handler.core_folder.data();
  if (*folder == '\0' || ::mkdir(folder, S_IRWXU) != 0 || ::chdir(folder) != 0) return;
  rlimit size{};
  ::getrlimit(RLIMIT_CORE, &size);
  size.rlim_cur = size.rlim_max;
  ::setrlimit(RLIMIT_CORE, &size);
}

// A function may have had the processor refuse what is not aligned (EFLAGS.AC). libc copies structures so:
// each fault in the handler would be followed by another one there.
void allow_misaligned() noexcept {
#if defined(__x86_64__)
  constexpr unsigned long long alignment_check = 1ULL << 18U;
  __writeeflags(__readeflags() & ~alignment_check);
#endif
}

void on_crash(int signal, siginfo_t* info, void* context) noexcept {
  allow_misaligned();
  if (::getpid() != handler.process) return die(signal);
  const int self = ::gettid();
  int first = 0;
  if (!handler.thread.compare_exchange_strong(first, self)) {
    if (first == self) return die(handler.signal);
    // The first one ends the process.
    for (;;)
      ::pause();
  }
  handler.signal = signal;
  limit_time();
  prepare_core();
  tell_signal(signal, *info);
  const bool is_first_thread = self == handler.process;
  walk_stack(*static_cast<ucontext_t*>(context), is_first_thread ? handler.outermost : UINTPTR_MAX,
             *handler.record);
  if (!repeats_itself(signal, *info)) return die(signal);
  set_action(signal, nullptr);
}

}  // namespace

// Of the thread that will run plugins: the first one of the program, or the one that a host forked in.
void prepare_crash_handler() noexcept {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) == 0) {
    void* end = nullptr;
    std::size_t size = 0;
    if (::pthread_attr_getstack(&attributes, &end, &size) == 0) {
      handler.stack_end = reinterpret_cast<std::uintptr_t>(end);
      handler.stack_top = handler.stack_end + size;
    }
    ::pthread_attr_destroy(&attributes);
  }
  prepare_stack_walk();
}

void report_crashes(CrashRecord& record, const char* core_directory) noexcept {
  handler.record = &record;
  handler.process = ::getpid();
  handler.outermost = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  if (*core_directory != '\0') {
    std::snprintf(handler.core_folder.data(), handler.core_folder.size(), "%s/prong-%d", core_directory,
                  handler.process);
  }
  const stack_t stack{.ss_sp = signal_stack.data(), .ss_flags = 0, .ss_size = signal_stack.size()};
  ::sigaltstack(&stack, nullptr);
  for (const int signal : crash_signals)
    set_action(signal, on_crash);
}

}  // namespace prong::worker
