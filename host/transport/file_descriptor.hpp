// A file descriptor that closes itself.
#pragma once

#include <string_view>
#include <system_error>
#include <utility>

namespace prong::transport {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) noexcept : number_{number} {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor();

  [[nodiscard]] int number() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }
  void reset() noexcept { FileDescriptor{std::move(*this)}; }

 private:
  int number_ = -1;
};

// A std::system_error for `errno` that names the call.
[[nodiscard]] std::system_error system_failure(std::string_view call);
// The result of a system call that gives a descriptor, moved above the standard streams' numbers. Throws
// system_failure(call) on -1.
[[nodiscard]] FileDescriptor checked(int number, std::string_view call);

[[nodiscard]] FileDescriptor make_eventfd();
// Adds one to an eventfd: wakes whoever polls it. False when the descriptor is none any more. Never blocks,
// keeps errno.
bool signal_eventfd(int number) noexcept;
// Takes all of an eventfd's count. Never blocks.
void drain_eventfd(int number) noexcept;

[[nodiscard]] FileDescriptor open_pidfd(int pid);
// Throws where no process can be signalled so: an older system, or a filter of system calls.
void check_signals(const FileDescriptor& pidfd);
// Kills the process; quiet when it is already gone.
void kill_process(const FileDescriptor& pidfd, int signal) noexcept;

}  // namespace prong::transport
