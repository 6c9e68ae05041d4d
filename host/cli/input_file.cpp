// Opening and reading.
#include "cli/input_file.hpp"

#include "cli/exit_status.hpp"
#include "cli/halt.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace prong::cli {

InputFile::InputFile() : name_{"standard input"}, descriptor_{STDIN_FILENO} {}

InputFile::InputFile(const std::filesystem::path& file)
    : name_{file.native()}, descriptor_{::open(file.c_str(), O_RDONLY | O_CLOEXEC)} {
  if (descriptor_ < 0) throw InputFailed{name_, errno};
}

InputFile::~InputFile() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

InputFile::InputFile(InputFile&& other) noexcept
    : name_{std::move(other.name_)}, descriptor_{std::exchange(other.descriptor_, -1)} {}

std::size_t InputFile::read_some(void* to, std::size_t size, const Halt* halt) {
  for (;;) {
    if (halt != nullptr) {
      halt->wait_readable(descriptor_);
      if (halt->requested()) return 0;
    } else {
      pollfd readable{.fd = descriptor_, .events = POLLIN, .revents = 0};
      ::poll(&readable, 1, -1);
    }
    const ssize_t got = ::read(descriptor_, to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR && errno != EAGAIN) throw InputFailed{name_, errno};
  }
}

std::string InputFile::place(const std::string& where) const {
  return descriptor_ == STDIN_FILENO ? where : name_ + ": " + where;
}

std::optional<std::size_t> InputFile::size() const noexcept {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::size_t>(status.st_size);
}

}  // namespace prong::cli
