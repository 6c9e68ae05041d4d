// A name that nobody looks for, then the right one.
#include "cli/output_folder.hpp"

#include "cli/complete_write.hpp"
#include "cli/exit_status.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace prong::cli {

OutputFolder::OutputFolder(const std::filesystem::path& folder)
    : folder_{folder}, unfinished_{fmt::format(".prong-{}", ::getpid())} {
  is_new_ = ::mkdir(folder.c_str(), 0777) == 0;
  if (!is_new_ && errno != EEXIST) throw OutputFailed{folder.native(), errno};
  descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) throw OutputFailed{folder.native(), errno};
  if (::faccessat(descriptor_, ".", W_OK | X_OK, AT_EACCESS) != 0) {
    const int error = errno;
    ::close(descriptor_);
    throw OutputFailed{folder.native(), error};
  }
}

OutputFolder::~OutputFolder() { ::close(descriptor_); }

// Whoever had the process id before may have left a file of that name: it is written over.
void OutputFolder::write(const std::string& name, std::string_view content) {
  const int file =
      ::openat(descriptor_, unfinished_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (file < 0) throw OutputFailed{path_of(name), errno};
  std::array parts{vector_of(content)};
  int error = write_completely(file, parts);
  // Some file systems tell only then that there was no room.
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::renameat(descriptor_, unfinished_.c_str(), descriptor_, name.c_str()) != 0)
    error = errno;
  if (error == 0) return;
  ::unlinkat(descriptor_, unfinished_.c_str(), 0);
  throw OutputFailed{path_of(name), error};
}

void OutputFolder::remove(const std::string& name) {
  if (::unlinkat(descriptor_, name.c_str(), 0) == 0) return;
  const bool was_none = errno == ENOENT || errno == EISDIR || errno == ENAMETOOLONG;
  if (!was_none) throw OutputFailed{path_of(name), errno};
}

bool OutputFolder::has(const std::string& name, const std::string& path) const {
  struct stat there{};
  struct stat other{};
  return ::fstatat(descriptor_, name.c_str(), &there, 0) == 0 && ::stat(path.c_str(), &other) == 0 &&
         there.st_dev == other.st_dev && there.st_ino == other.st_ino;
}

std::size_t OutputFolder::name_bytes_max() const {
  const long most = ::fpathconf(descriptor_, _PC_NAME_MAX);
  return most > 0 ? static_cast<std::size_t>(most) : std::string::npos;
}

void OutputFolder::forget() const noexcept {
  if (is_new_) ::rmdir(folder_.c_str());
}

}  // namespace prong::cli
