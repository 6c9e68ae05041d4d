// The module `peers`: items that name their crime, for Prong. crimes.py has the same for Python's pools.
#include <prong/plugin.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace peers {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t huge = std::size_t{64} << 20;
constexpr std::size_t beyond_all_limits = std::size_t{5} << 30;
constexpr int flood_lines = 50'000;  // of 100 bytes

struct Strange : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return nullptr; }
};

// Bytes that cost nothing until they are read.
std::string_view zeros(std::size_t size) {
  const void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bytes == MAP_FAILED) throw std::system_error{errno, std::generic_category(), "mmap"};
  return {static_cast<const char*>(bytes), size};
}

// Appends a line, for the host to see that the item has started and where.
void leave_mark(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const std::string line = std::to_string(::getpid()) + '\n';
  if (file < 0 || ::write(file, line.data(), line.size()) < 0) throw std::runtime_error("no mark");
  ::close(file);
}

void hold(const std::string& path) {
  leave_mark(path);
  for (;;)
    ::pause();
}

void leave_child() {
  if (::fork() == 0) {
    ::setsid();
    for (;;)
      ::pause();
  }
}

void loop() {
  for (volatile bool for_ever = true; for_ever;) {
  }
}

__attribute__((noinline)) int sink(volatile char* frame) {
  volatile char more[4096];
  more[0] = frame[0];
  return more[0] == 1 ? 0 : sink(more) + more[0];
}

void overflow_stack() {
  volatile char start = 0;
  std::exit(sink(&start));
}

void write_to_nowhere() {
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
}

void flood() {
  const std::string line = std::string(99, 'f') + '\n';
  for (int i = 0; i < flood_lines; ++i)
    std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

// In pages, from /proc/self/statm: what the process has written of memory that it shares.
std::size_t shared_pages() {
  std::size_t size = 0;
  std::size_t resident = 0;
  std::size_t shared = 0;
  std::ifstream{"/proc/self/statm"} >> size >> resident >> shared;
  return shared;
}

// Dies when an eighth of the result is on its way to the host.
std::string_view die_half_written() {
  std::thread{[before = shared_pages()] {
    while (shared_pages() < before + huge / 8 / 4096) {
    }
    ::raise(SIGKILL);
  }}.detach();
  return zeros(huge);
}

const std::map<std::string, std::function<void(const std::string& argument)>, std::less<>> crimes{
    {"", [](auto&) { std::this_thread::sleep_for(10ms); }},
    {"abort", [](auto&) { std::abort(); }},
    {"closes_descriptors", [](auto&) { ::close_range(0, ~0U, 0); }},
    {"deaf_endless_loop", [](auto&) { std::signal(SIGTERM, SIG_IGN), loop(); }},
    {"endless_loop", [](auto&) { loop(); }},
    {"exit_zero", [](auto&) { std::exit(0); }},
    {"floods_output", [](auto&) { flood(); }},
    {"hold", hold},
    {"hold_with_child", [](auto& path) { leave_child(), hold(path); }},
    {"leaves_child", [](auto&) { leave_child(); }},
    {"leaves_thread", [](auto&) { std::thread{[] { std::this_thread::sleep_for(1h); }}.detach(); }},
    {"nap", [](auto&) { std::this_thread::sleep_for(150ms); }},
    {"quick", [](auto&) {}},
    {"segfault", [](auto&) { write_to_nowhere(); }},
    {"signals_group", [](auto&) { ::kill(0, SIGTERM); }},
    {"stack_overflow", [](auto&) { overflow_stack(); }},
    {"stops_itself", [](auto&) { ::raise(SIGSTOP); }},
    {"strange_exception", [](auto&) { throw Strange{}; }},
    {"underscore_exit_zero", [](auto&) { ::_exit(0); }},
};

}  // namespace

// An item is a crime and, after a space, its argument.
std::string_view work(std::string_view item) {
  if (item == "huge_result") return zeros(huge);
  if (item == "unsendable_result") return zeros(beyond_all_limits);
  if (item == "killed_half_written") return die_half_written();
  const std::size_t space = std::min(item.find(' '), item.size());
  const auto crime = crimes.find(item.substr(0, space));
  if (crime == crimes.end()) throw std::invalid_argument("no such crime");
  crime->second(std::string{item.substr(std::min(space + 1, item.size()))});
  return "done";
}

// For initializers.
double throw_at_birth(std::string_view path) {
  leave_mark(std::string{path});
  throw std::runtime_error("cannot begin");
}
double exit_at_birth(std::string_view path) {
  leave_mark(std::string{path});
  std::exit(3);
}

}  // namespace peers

PRONG_MODULE(peers, "Items that name their crime", "1.0.0", "MIT")
PRONG_MAP(peers, work, "Does what the item says", item)
PRONG_MAP(peers, throw_at_birth, "Leaves a mark and throws", path)
PRONG_MAP(peers, exit_at_birth, "Leaves a mark and exits", path)
