// Reading /proc without allocating.
#include "pool/process_facts.hpp"

#include "transport/shared_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <span>
#include <string_view>

namespace prong::pool {

namespace {

// The beginning of /proc/PID/NAME.
std::string_view read_file(int pid, const char* name, std::span<char> buffer) noexcept {
  std::array<char, 64> path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/%s", pid, name);
  const int file = ::open(path.data(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t size = ::read(file, buffer.data(), buffer.size());
  ::close(file);
  return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

// A process chooses its name, which comes first in both files: 16 characters, which the kernel escapes.
using Buffer = std::array<char, 512>;
using StatusBuffer = std::array<char, 4096>;

// "…\nVmPTE:\t      44 kB\n…"
std::size_t bytes_after(std::string_view text, std::string_view label) noexcept {
  constexpr std::size_t kib = 1024;
  const std::size_t at = text.find(label);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(std::min(text.find_first_of("0123456789", at + label.size()), text.size()));
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number * kib;
}

}  // namespace

// "4711 (name, which may hold anything) S …"
char process_state(int pid) noexcept {
  Buffer buffer;
  const std::string_view text = read_file(pid, "stat", buffer);
  const std::size_t name_end = text.rfind(") ");
  return name_end != std::string_view::npos && name_end + 2 < text.size() ? text[name_end + 2] : '\0';
}

std::chrono::nanoseconds processor_time(int pid) noexcept {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

// "1234 567 …": pages of address space, then those in RAM.
std::size_t resident_bytes(int pid) noexcept {
  Buffer buffer;
  std::string_view text = read_file(pid, "statm", buffer);
  text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
  std::size_t pages = 0;
  std::from_chars(text.data(), text.data() + text.size(), pages);
  return pages * transport::page_size();
}

MemoryUse memory_use(int pid) noexcept {
  StatusBuffer buffer;
  const std::string_view text = read_file(pid, "status", buffer);
  return {.own = bytes_after(text, "\nRssAnon:") + bytes_after(text, "\nVmSwap:"),
          .shared = bytes_after(text, "\nRssShmem:"),
          .files = bytes_after(text, "\nRssFile:"),
          .page_tables = bytes_after(text, "\nVmPTE:")};
}

}  // namespace prong::pool
