// Straight into the pool's memory.
#include "cli/file_content.hpp"

#include "cli/free_memory.hpp"
#include "cli/halt.hpp"
#include "limits.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace prong::cli {

namespace {

// For what does not say how large it is, as pipes and files of /proc.
constexpr std::size_t first_guess = std::size_t{64} << 10;
// Looking how much memory is free takes longer than reading so much, which kills nobody.
constexpr std::size_t unquestioned_bytes = std::size_t{1} << 20;
// Some milliseconds, after which a halt is heard.
constexpr std::size_t block_bytes = std::size_t{16} << 20;
// A FIFO that nobody opens for writing would hold up all other inputs for ever.
constexpr int fifo_wait_ms = 1000;

// Its reads do not wait.
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
  // Until there is something to read, somebody has written and gone, or there is a halt; -1: without end.
  // False: none of these.
  bool wait(int milliseconds, const Halt* halt) const noexcept {
    if (halt != nullptr) return halt->wait_readable(number_, milliseconds);
    pollfd asked{.fd = number_, .events = POLLIN, .revents = 0};
    return ::poll(&asked, 1, milliseconds) > 0;
  }

 private:
  int number_;
};

InputFailed too_large(const std::string& path) {
  return InputFailed{fmt::format("cannot read {}: more than {} bytes, the most that one file may have", path,
                                 limits::file_bytes_max)};
}

// One byte above the most tells that it is too much.
std::size_t next_capacity(std::size_t capacity) {
  return capacity < limits::file_bytes_max / 2 ? 2 * capacity : limits::file_bytes_max + 1;
}

}  // namespace

struct FileReader::Reading {
  const std::string& path;
  const Halt* halt;
  FileContent content = {};
  std::size_t capacity = 0;
  std::size_t taken = 0;                   // of the system's memory, by all buffers so far
  std::optional<std::uint64_t> room = {};  // for all buffers; once it was looked for

  [[nodiscard]] bool is_halted() const noexcept { return halt != nullptr && halt->requested(); }
};

bool FileReader::take_kept(std::size_t size) {
  std::erase_if(lent_, [&](const Lent& one) {
    if (one.bytes.expired()) kept_.insert(one.size);
    return one.bytes.expired();
  });
  const auto fit = kept_.lower_bound(size);  // as the pool chooses
  if (fit == kept_.end()) return false;
  kept_.erase(fit);
  return true;
}

void FileReader::enlarge(Reading& reading, std::size_t wanted, std::size_t least) {
  std::size_t size = wanted;
  if (reading.taken + wanted > unquestioned_bytes && !take_kept(wanted)) {
    if (!reading.room) reading.room = free_memory().value_or(UINT64_MAX) / limits::free_memory_parts;
    size = std::min(wanted, *reading.room - std::min<std::uint64_t>(*reading.room, reading.taken));
    if (size < least) {
      throw InputFailed{
          fmt::format("cannot read {}: more than {} bytes, too much for the memory that is free",
                      reading.path, reading.capacity > 0 ? reading.capacity - 1 : size)};
    }
    reading.taken += size;
  }
  std::shared_ptr<void> larger = pool_->allocate_bytes(size);
  const std::size_t size_read = reading.content.size;
  for (std::size_t at = 0; at < size_read && !reading.is_halted(); at += block_bytes) {
    std::memcpy(static_cast<char*>(larger.get()) + at,
                static_cast<const char*>(reading.content.bytes.get()) + at,
                std::min(block_bytes, size_read - at));
  }
  if (size > unquestioned_bytes) lent_.push_back({.bytes = larger, .size = size});
  reading.content.bytes = std::move(larger);
  reading.capacity = size;
}

std::optional<FileContent> FileReader::read(const std::string& path, const Halt* halt) {
  if (path.find('\0') != std::string::npos) throw InputFailed{path, EINVAL};
  const Descriptor file{path};
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) throw InputFailed{path, errno};
  const bool is_sized = S_ISREG(status.st_mode) && status.st_size > 0;
  if (is_sized && static_cast<std::uint64_t>(status.st_size) > limits::file_bytes_max) throw too_large(path);
  bool is_quiet = S_ISFIFO(status.st_mode) && !file.wait(fifo_wait_ms, halt);
  Reading reading{.path = path, .halt = halt};
  // One byte more, so that the end is seen without a second block.
  const std::size_t first = is_sized ? static_cast<std::size_t>(status.st_size) + 1 : first_guess;
  enlarge(reading, first, first);
  FileContent& content = reading.content;
  for (;;) {
    if (reading.is_halted()) return std::nullopt;
    if (content.size > limits::file_bytes_max) throw too_large(path);
    if (content.size == reading.capacity)
      enlarge(reading, next_capacity(reading.capacity), reading.capacity + 1);
    const ssize_t size = ::read(file.get(), static_cast<char*>(content.bytes.get()) + content.size,
                                std::min(reading.capacity - content.size, block_bytes));
    if (size == 0 && content.size == 0 && is_quiet) {
      throw InputFailed{"cannot read " + path + ": nobody writes to this FIFO"};
    }
    if (size == 0) return content;
    if (size > 0) content.size += static_cast<std::size_t>(size);
    if (size < 0 && errno == EAGAIN) {  // there is a writer, who takes its time
      is_quiet = false;
      file.wait(-1, halt);
    } else if (size < 0 && errno != EINTR) {
      throw InputFailed{path, errno};
    }
  }
}

}  // namespace prong::cli
