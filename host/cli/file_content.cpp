// Straight into the pool's memory.
#include "cli/file_content.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace prong::cli {

namespace {

// For what does not say how large it is, as pipes and files of /proc.
constexpr std::size_t first_guess = std::size_t{64} << 10;
// A FIFO that nobody opens for writing would hold up all other inputs for ever.
constexpr int fifo_wait_ms = 1000;

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : number_{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)} {
    if (number_ < 0) throw InputFailed{path, errno};
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return number_; }
  // Until there is something to read, or somebody has written and gone; false: neither came to pass.
  [[nodiscard]] bool wait(int milliseconds) const noexcept {
    pollfd asked{.fd = number_, .events = POLLIN, .revents = 0};
    return ::poll(&asked, 1, milliseconds) > 0;
  }
  // From here on, reads wait.
  void block() const noexcept { ::fcntl(number_, F_SETFL, ::fcntl(number_, F_GETFL) & ~O_NONBLOCK); }

 private:
  int number_;
};

}  // namespace

FileContent read_file(const std::string& path, Pool& pool) {
  if (path.find('\0') != std::string::npos) throw InputFailed{path, EINVAL};
  const Descriptor file{path};
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) throw InputFailed{path, errno};
  // One byte more, so that the end is seen without a second block.
  std::size_t capacity = std::max(first_guess, static_cast<std::size_t>(status.st_size) + 1);
  if (S_ISREG(status.st_mode) && status.st_size > 0) capacity = static_cast<std::size_t>(status.st_size) + 1;
  bool is_quiet = S_ISFIFO(status.st_mode) && !file.wait(fifo_wait_ms);
  FileContent content{.bytes = pool.allocate_bytes(capacity)};
  for (;;) {
    if (content.size == capacity) {
      const std::shared_ptr<void> larger = pool.allocate_bytes(2 * capacity);
      std::memcpy(larger.get(), content.bytes.get(), content.size);
      content.bytes = larger;
      capacity *= 2;
    }
    const ssize_t size =
        ::read(file.get(), static_cast<char*>(content.bytes.get()) + content.size, capacity - content.size);
    if (size == 0 && content.size == 0 && is_quiet) {
      throw InputFailed{"cannot read " + path + ": nobody writes to this FIFO"};
    }
    if (size == 0) return content;
    if (size > 0) content.size += static_cast<std::size_t>(size);
    if (size < 0 && errno == EAGAIN) {  // there is a writer, who takes its time
      is_quiet = false;
      file.block();
    } else if (size < 0 && errno != EINTR) {
      throw InputFailed{path, errno};
    }
  }
}

}  // namespace prong::cli
