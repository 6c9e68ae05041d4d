// Attacks by a worker on itself: ways to end, and ways not to.
#include "attack.hpp"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace attacks {

namespace {

struct OwnType {};

void throw_now() { throw std::runtime_error{"not let through"}; }

[[gnu::noinline]] long sink(volatile char* frame) {
  volatile char more[4096];
  more[0] = frame[0];
  return more[0] == 1 ? 0 : sink(more) + more[0];
}

long exit_well(const Victim&) { std::exit(0); }
long exit_quickly(const Victim&) { std::quick_exit(0); }
long exit_at_once(const Victim&) { ::_exit(0); }
long abort_now(const Victim&) { std::abort(); }
long terminate_now(const Victim&) { std::terminate(); }
long throw_own_type(const Victim&) { throw OwnType{}; }
long throw_through_noexcept(const Victim&) {
  const auto no_way_out = []() noexcept { throw_now(); };
  no_way_out();
  return 0;
}
long end_thread(const Victim&) { ::pthread_exit(nullptr); }
long cancel_thread(const Victim&) {
  ::pthread_cancel(::pthread_self());
  ::pthread_testcancel();
  return 0;
}
// Out of the function, to a place that nobody has marked.
long jump_out(const Victim&) {
  static std::jmp_buf nowhere;
  std::longjmp(nowhere, 1);
}
long jump_out_of_handler(const Victim&) {
  static ::sigjmp_buf nowhere;
  std::signal(SIGUSR1, [](int) { ::siglongjmp(nowhere, 1); });
  return ::raise(SIGUSR1);
}
// All addresses of an ordinary process; larger ones are an error on some machines.
constexpr std::size_t user_bytes = (std::size_t{1} << 47) - (std::size_t{1} << 16);
// Whatever of its memory can be taken away, the code that it returns to as well.
long unmap_everything(const Victim&) { return ::munmap(nullptr, user_bytes); }
// Prong's own, where it returns to.
long write_over_code(const Victim&) {
  constexpr std::uintptr_t page = 4096;
  const auto code = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)) & ~(page - 1);
  auto* bytes = reinterpret_cast<unsigned char*>(code);
  if (::mprotect(bytes, page, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return -1;
  std::memset(bytes, 0, page);
  return 0;
}
long crash_in_exit(const Victim&) {
  std::atexit([] { std::abort(); });
  std::exit(0);
}
long write_nowhere(const Victim&) {
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
  return 0;
}
long bad_instruction(const Victim&) { __builtin_trap(); }
long divide_by_zero(const Victim&) { return ::raise(SIGFPE); }
long bus_error(const Victim&) { return ::raise(SIGBUS); }
long overflow_stack(const Victim&) {
  volatile char start = 0;
  return sink(&start);
}
long kill_self(const Victim&) { return ::raise(SIGKILL); }

long stop_self(const Victim&) { return ::raise(SIGSTOP); }
long loop_for_ever(const Victim&) {
  for (volatile bool for_ever = true; for_ever;) {
  }
  return 0;
}
long loop_deaf(const Victim& victim) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  return loop_for_ever(victim);
}
long sleep_for_ever(const Victim&) {
  for (;;)
    ::pause();
}
long wait_for_ever(const Victim&) {
  static std::uint32_t word = 0;
  for (;;)
    ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
}

long hang_in_exit(const Victim&) {
  std::atexit([] {
    for (;;)
      ::pause();
  });
  std::exit(0);
}
// The process goes on without its first thread, and a pidfd of it tells of no death.
long end_first_thread(const Victim&) {
  std::thread{[] {
    for (;;)
      ::pause();
  }}.detach();
  return ::syscall(SYS_exit, 0);
}

// More than the test's limit, and no more than any machine has.
long allocate_much(const Victim&) {
  std::vector<std::unique_ptr<char[]>> kept;
  for (int i = 0; i < 12; ++i)
    kept.push_back(std::make_unique_for_overwrite<char[]>(std::size_t{32} << 20));
  return 0;
}
long grow_heap(const Victim&) {
  return ::sbrk(std::intptr_t{400} << 20) == reinterpret_cast<void*>(-1) ? -1 : 0;
}
// Tables of pages that hold nothing: 300 MiB of them, for reading a byte in each 2 MiB of 150 GiB.
long fill_page_tables(const Victim&) {
  constexpr std::size_t bytes_of_a_table = std::size_t{2} << 20;
  constexpr std::size_t tables = 300 * 256;
  void* vast = ::mmap(nullptr, tables * bytes_of_a_table, PROT_READ,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (vast == MAP_FAILED) return -1;
  ::madvise(vast, tables * bytes_of_a_table, MADV_NOHUGEPAGE);
  for (std::size_t i = 0; i < tables; ++i)
    static_cast<void>(static_cast<volatile const char*>(vast)[i * bytes_of_a_table]);
  ::sleep(1);
  return ::munmap(vast, tables * bytes_of_a_table);
}
long open_many(const Victim&) {
  std::vector<int> open;
  int last = 0;
  while (open.size() < 500 && (last = ::dup(STDERR_FILENO)) >= 0)
    open.push_back(last);
  for (const int one : open)
    ::close(one);
  return last;
}
long lift_limits(const Victim&) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_max = limit.rlim_cur = 4096;
  return ::setrlimit(RLIMIT_NOFILE, &limit);
}
constexpr Attack all[] = {{"exit_well", exit_well},
                          {"exit_quickly", exit_quickly},
                          {"exit_at_once", exit_at_once},
                          {"abort_now", abort_now},
                          {"terminate_now", terminate_now},
                          {"throw_own_type", throw_own_type},
                          {"throw_through_noexcept", throw_through_noexcept},
                          {"end_thread", end_thread},
                          {"cancel_thread", cancel_thread},
                          {"jump_out", jump_out},
                          {"jump_out_of_handler", jump_out_of_handler},
                          {"unmap_everything", unmap_everything},
                          {"write_over_code", write_over_code},
                          {"crash_in_exit", crash_in_exit},
                          {"write_nowhere", write_nowhere},
                          {"bad_instruction", bad_instruction},
                          {"divide_by_zero", divide_by_zero},
                          {"bus_error", bus_error},
                          {"overflow_stack", overflow_stack},
                          {"kill_self", kill_self},
                          {"stop_self", stop_self},
                          {"loop_for_ever", loop_for_ever},
                          {"loop_deaf", loop_deaf},
                          {"sleep_for_ever", sleep_for_ever},
                          {"wait_for_ever", wait_for_ever},
                          {"hang_in_exit", hang_in_exit},
                          {"end_first_thread", end_first_thread},
                          {"allocate_much", allocate_much},
                          {"grow_heap", grow_heap},
                          {"fill_page_tables", fill_page_tables},
                          {"open_many", open_many},
                          {"lift_limits", lift_limits}};

}  // namespace

const std::span<const Attack> on_worker{all};

}  // namespace attacks
