// Files, written as they are told.
#include "cli/output.hpp"

#include "cli/complete_write.hpp"
#include "cli/console.hpp"
#include "cli/exit_status.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace prong::cli {

namespace {

constexpr int flags = O_WRONLY | O_CREAT | O_CLOEXEC;

}  // namespace

Output::Output(const std::filesystem::path& file)
    : name_{file.native()}, descriptor_{::open(file.c_str(), flags | O_EXCL, 0666)} {
  is_new_ = descriptor_ >= 0;
  if (!is_new_) descriptor_ = ::open(file.c_str(), flags, 0666);
  if (descriptor_ < 0) throw OutputFailed{name_, errno};
}

void Output::empty() {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) throw OutputFailed{name_, errno};
  if (S_ISREG(status.st_mode) && ::ftruncate(descriptor_, 0) != 0) throw OutputFailed{name_, errno};
}

void Output::forget() const noexcept {
  if (is_new_) ::unlink(name_.c_str());
}

Output::~Output() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Output::write(std::string_view text) { write(std::array{text}); }

void Output::write(std::span<const std::string_view> parts) {
  if (descriptor_ < 0) return console::print(parts);
  std::vector<iovec> vectors;
  vectors.reserve(parts.size());
  for (const std::string_view part : parts) {
    if (!part.empty()) vectors.push_back(vector_of(part));
  }
  if (const int error = write_completely(descriptor_, vectors); error != 0) throw OutputFailed{name_, error};
}

void Output::overwrite_beginning(std::string_view text) {
  if (::lseek(descriptor_, 0, SEEK_SET) != 0) throw OutputFailed{name_, errno};
  write(text);
}

}  // namespace prong::cli
