// The module `crashers`: crashes, one kind each, whose reports are looked at. An item of 0 is innocent.
#include <prong/plugin.hpp>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <tuple>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

// Its name would be "int", were it one of C++.
extern "C" [[gnu::noinline]] void i(volatile int* place) {
  *place = 1;
  asm volatile("");
}

namespace crashers {

// Names that a backtrace shows, in this order.
[[gnu::noinline]] void write_to(volatile int* place) { *place = 1; }
[[gnu::noinline]] void go_down(int depth, volatile int* place) {
  if (depth > 0) {
    go_down(depth - 1, place);
  } else {
    write_to(place);
  }
  asm volatile("");  // no tail call
}

double nested(double x) {
  if (x != 0) go_down(3, nullptr);
  return x;
}

double in_c(double x) {
  if (x != 0) i(nullptr);
  return x;
}

// At an address that is mapped, and not to be written.
double forbidden(double x) {
  if (x != 0) write_to(reinterpret_cast<volatile int*>(reinterpret_cast<std::uintptr_t>(&write_to)));
  return x;
}

double wild_call(double x) {
  void (*volatile nowhere)() = nullptr;
  if (x != 0) nowhere();
  return x;
}

double undefined_instruction(double x) {
  if (x != 0) __builtin_trap();
  return x;
}

#if defined(__x86_64__)
// With the processor's check of alignment on, which most of libc does not stand.
double misaligned(double x) {
  if (x == 0) return x;
  __writeeflags(__readeflags() | 1ULL << 18U);
  alignas(8) const char bytes[8] = {};
  asm volatile("movl 1(%0), %%eax" ::"r"(bytes) : "eax", "memory");
  return x;
}
#endif

// A page that the plugin's own file does not have, as when a file has become shorter.
double behind_the_end(double x) {
  if (x == 0) return x;
  Dl_info own{};
  ::dladdr(reinterpret_cast<void*>(&write_to), &own);
  const int file = ::open(own.dli_fname, O_RDONLY | O_CLOEXEC);
  void* pages = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, off_t{1} << 30);
  ::close(file);
  write_to(static_cast<volatile int*>(pages));
  return x;
}

// Whoever looks for its caller computes for ever: the rule for its frame jumps to its own beginning.
[[gnu::noinline]] double endless_rule(double x) {
  if (x == 0) return x;
  asm volatile(".cfi_escape 0x0f, 0x03, 0x2f, 0xfd, 0xff");
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
  return x;
}

// It is called by itself, from the same place of the stack, and so on.
[[gnu::noinline]] double endless_chain(double x) {
  if (x == 0) return x;
#if defined(__x86_64__)
  asm volatile(".cfi_def_cfa %rsp, 0\n\t.cfi_escape 0x08, 0x10");
#endif
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
  return x;
}

double in_thread(double x) {
  if (x != 0) std::thread{[] { go_down(1, nullptr); }}.join();
  return x;
}

double in_child(double x) {
  if (x == 0) return x;
  const int child = ::fork();
  if (child == 0) write_to(nullptr);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

double sent(double x) {
  if (x == 0) return x;
  const int worker = ::getpid();
  if (::fork() == 0) {
    ::kill(worker, SIGSEGV);
    ::_exit(0);
  }
  for (;;)
    ::pause();
}

// Its own handler ends the process in its own way.
double own_handler(double x) {
  if (x == 0) return x;
  std::signal(SIGSEGV, [](int) { ::_exit(3); });
  write_to(nullptr);
  return x;
}

[[gnu::noinline]] int recurse(volatile char* frame) {
  volatile char more[512];
  more[0] = frame[0];
  return more[0] == 1 ? 0 : recurse(more) + more[0];
}

double overflow(double x) {
  volatile char start = 0;
  if (x != 0) return recurse(&start);
  return x;
}

// Uses so many megabytes of the stack.
[[gnu::noinline]] int dig_down(std::size_t bytes) {
  volatile char frame[4096];
  frame[0] = 0;
  asm volatile("" ::"r"(&frame) : "memory");  // or clang makes a loop of it
  return bytes < sizeof frame ? frame[0] : dig_down(bytes - sizeof frame) + frame[0];
}
double dig(double megabytes) { return megabytes + dig_down(static_cast<std::size_t>(megabytes) << 20); }

double without_signal_stack(double x) {
  const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  ::sigaltstack(&none, nullptr);
  return overflow(x);
}

// The way out of the handler is not there: what it calls returns, and it goes on.
double broken_stack(double x) {
  if (x == 0) return x;
#if defined(__x86_64__)
  asm volatile("movq $16, %%rsp\n\tmovl $0, (%%rsp)" ::: "memory");
#endif
  std::abort();
}

std::string text(const std::string& item) {
  if (!item.empty()) write_to(nullptr);
  return item;
}

double pair(std::int64_t x, const std::string&) {
  if (x != 0) write_to(nullptr);
  return 0;
}

// Until it is killed.
double wait(double x) {
  if (x != 0) ::pause();
  return x;
}

// Of the worker's environment.
std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

// Takes so many megabytes and keeps them.
double fill(double megabytes) {
  const std::size_t size = static_cast<std::size_t>(megabytes) << 20;
  auto* memory = static_cast<volatile char*>(std::malloc(size));
  for (std::size_t at = 0; memory != nullptr && at < size; at += 4096)
    memory[at] = 1;
  return megabytes;
}

}  // namespace crashers

PRONG_MODULE(crashers, "Crashes, one kind each", "1.0.0", "MIT")
PRONG_MAP(crashers, nested, "writes to address 0, some calls down", x)
PRONG_MAP(crashers, forbidden, "writes over its own code", x)
PRONG_MAP(crashers, wild_call, "calls a function at address 0", x)
PRONG_MAP(crashers, undefined_instruction, "traps", x)
#if defined(__x86_64__)
PRONG_MAP(crashers, misaligned, "reads what is not aligned, and has the processor mind", x)
#endif
PRONG_MAP(crashers, endless_rule, "crashes where nobody can find out who called", x)
PRONG_MAP(crashers, endless_chain, "crashes where the calls go in a circle", x)
PRONG_MAP(crashers, dig, "uses so many megabytes of the stack", megabytes)
PRONG_MAP(crashers, behind_the_end, "reads behind the end of a mapped file", x)
PRONG_MAP(crashers, in_c, "crashes in a function of C", x)
PRONG_MAP(crashers, in_thread, "crashes in a thread of its own", x)
PRONG_MAP(crashers, in_child, "crashes in a process of its own", x)
PRONG_MAP(crashers, sent, "gets a signal from another process", x)
PRONG_MAP(crashers, own_handler, "crashes, and exits in its handler", x)
PRONG_MAP(crashers, overflow, "recurses without end", x)
PRONG_MAP(crashers, without_signal_stack, "the same, without a stack for handlers", x)
PRONG_MAP(crashers, broken_stack, "crashes with a stack pointer that is none", x)
PRONG_MAP(crashers, text, "crashes unless the text is empty", item)
PRONG_MAP(crashers, pair, "crashes unless x is 0", x, name)
PRONG_MAP(crashers, wait, "waits for ever", x)
PRONG_MAP(crashers, variable, "a variable of the environment", name)
PRONG_MAP(crashers, fill, "takes so many megabytes", megabytes)
