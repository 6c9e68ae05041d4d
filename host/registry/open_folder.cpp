// One descriptor without the right to read.
#include "registry/open_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace prong::registry {

OpenFolder::OpenFolder(const char* path) noexcept : number_{::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)} {}

OpenFolder::~OpenFolder() {
  if (number_ >= 0) ::close(number_);
}

std::optional<FileIdentity> OpenFolder::identity() const noexcept {
  struct stat status{};
  if (number_ < 0 || ::fstat(number_, &status) != 0) return {};
  return identity_of(status);
}

}  // namespace prong::registry
