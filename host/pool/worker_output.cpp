// Draining pipes that a plugin may flood.
#include "pool/worker_output.hpp"

#include "limits.hpp"
#include "names/printable.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace prong::pool {

namespace {

constexpr std::size_t pipe_bytes = 64 << 10;
// A write of so many bytes to a pipe that polls as writable does not block (PIPE_BUF, pipe(7)).
constexpr std::size_t line_bytes_max = 3500;

// False when the host's standard error would block, or is closed.
bool write_line(const std::string& line) {
  pollfd ready{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return false;
  return ::write(STDERR_FILENO, line.data(), line.size()) > 0;
}

std::string line_of_dropped(int pid, std::uint64_t bytes) {
  return fmt::format("prong: worker {}: … {} bytes dropped\n", pid, bytes);
}

// Bytes at the beginning of what was cut off in front that complete a character there (RFC 3629: at most
// three).
std::size_t rest_of_character(std::string_view cut) {
  const auto is_continuation = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; };
  const std::string_view rest = cut.substr(0, 3);
  return static_cast<std::size_t>(std::ranges::find_if_not(rest, is_continuation) - rest.begin());
}

}  // namespace

bool OutputBudget::take(std::size_t size, Clock::time_point now) noexcept {
  constexpr auto rate = static_cast<double>(limits::output_bytes_per_second);
  left_ = std::min(rate, left_ + rate * std::chrono::duration<double>(now - last_).count());
  last_ = now;
  if (left_ < static_cast<double>(size)) return false;
  left_ -= static_cast<double>(size);
  return true;
}

WorkerOutput::WorkerOutput() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw transport::system_failure("pipe2");
  reading_ = transport::checked(ends[0], "pipe2");
  writing_ = transport::checked(ends[1], "pipe2");
  // Only ours: a plugin's printf should wait for us, not fail.
  if (::fcntl(reading_.number(), F_SETFL, O_NONBLOCK) != 0) throw transport::system_failure("fcntl");
}

void WorkerOutput::read(int pid, OutputBudget& budget) {
  std::array<char, 4096> bytes;
  for (std::size_t total = 0; total < pipe_bytes;) {
    const ssize_t count = ::read(reading_.number(), bytes.data(), bytes.size());
    if (count == 0) open_ = false;
    if (count <= 0) return;
    total += static_cast<std::size_t>(count);
    take({bytes.data(), static_cast<std::size_t>(count)}, pid, budget);
  }
}

void WorkerOutput::finish(int pid, OutputBudget& budget) {
  read(pid, budget);
  if (!line_.empty()) pass_on(line_.size(), pid, budget);
  int unread = 0;  // of a pipe that the plugin made larger
  if (::ioctl(reading_.number(), FIONREAD, &unread) == 0) dropped_bytes_ += static_cast<unsigned>(unread);
  if (dropped_bytes_ > 0 && write_line(line_of_dropped(pid, dropped_bytes_))) dropped_bytes_ = 0;
}

std::optional<WorkerOutput::Clock::time_point> WorkerOutput::tell_due() const noexcept {
  if (dropped_bytes_ == 0) return std::nullopt;
  return dropped_at_ + limits::output_quiet_time;
}

void WorkerOutput::tell_dropped(int pid, OutputBudget& budget, Clock::time_point now) {
  const std::string line = line_of_dropped(pid, dropped_bytes_);
  if (budget.take(line.size(), now) && write_line(line)) {
    dropped_bytes_ = 0;
  } else {
    dropped_at_ = now;
  }
}

void WorkerOutput::take(std::string_view bytes, int pid, OutputBudget& budget) {
  tail_ += bytes;
  if (tail_.size() > limits::output_tail_bytes) {
    tail_.erase(0, tail_.size() - limits::output_tail_bytes);
    tail_.erase(0, rest_of_character(tail_));
  }
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::size_t room = line_bytes_max / 4 - line_.size();  // an escaped byte takes four
    const bool whole = end != std::string_view::npos && end <= room;
    line_ += bytes.substr(0, std::min(whole ? end : bytes.size(), room));
    if (!whole && bytes.size() < room) return;
    pass_on(line_.size() + (whole ? 1 : 0), pid, budget);
    bytes.remove_prefix(std::min(whole ? end + 1 : room, bytes.size()));
  }
}

void WorkerOutput::pass_on(std::size_t bytes, int pid, OutputBudget& budget) {
  // What is not passed on is not made printable either: a flood must not take the host's time.
  const auto now = Clock::now();
  bool passed = budget.take(line_.size(), now);
  if (passed) {
    std::string text = dropped_bytes_ > 0 ? line_of_dropped(pid, dropped_bytes_) : "";
    text += fmt::format("prong: worker {}: {}\n", pid, names::printable(line_));
    passed = budget.take(text.size() - line_.size(), now) && write_line(text);
  }
  line_.clear();
  dropped_bytes_ = passed ? 0 : dropped_bytes_ + bytes;
  if (!passed) dropped_at_ = now;
}

}  // namespace prong::pool
