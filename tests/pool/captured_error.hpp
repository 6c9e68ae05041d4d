// What the host prints on standard error while a test looks.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

namespace prong::test {

// Stands in for standard error while it lives.
class CapturedError {
 public:
  CapturedError() : saved_{::dup(STDERR_FILENO)} {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    reading_ = ends[0];
  }
  ~CapturedError() {
    restore();
    ::close(reading_);
  }
  CapturedError(const CapturedError&) = delete;
  CapturedError& operator=(const CapturedError&) = delete;
  void restore() {
    if (saved_ >= 0) ::dup2(saved_, STDERR_FILENO);
    if (saved_ >= 0) ::close(saved_);
    saved_ = -1;
  }
  // For all that a pool prints at once, also when nobody reads.
  void make_room() { REQUIRE(::fcntl(reading_, F_SETPIPE_SZ, 256 << 10) >= 256 << 10); }
  std::string text() {
    std::array<char, 65536> bytes;
    ssize_t count = 0;
    while ((count = ::read(reading_, bytes.data(), bytes.size())) > 0) {
      text_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return text_;
  }

 private:
  int saved_;
  int reading_ = -1;
  std::string text_;
};

}  // namespace prong::test
