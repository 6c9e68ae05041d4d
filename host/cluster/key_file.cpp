// Reading of a key, and everything that may be wrong with its file.
#include "cluster/seal.hpp"
#include "names/printable.hpp"
#include "transport/file_descriptor.hpp"

#include <prong/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace prong::cluster {

namespace {

using std::filesystem::path;

UsageError wrong(const path& file, std::string_view what) {
  const std::string name = names::printable(file.native());
  return UsageError{
      fmt::format("the key file '{}' {}; make a key with: (umask 077; head -c 32 /dev/urandom > '{}')", name,
                  what, name)};
}

UsageError unreadable(const path& file, int error) {
  return wrong(file, "cannot be read: " + std::generic_category().message(error));
}

void check_kind(const path& file, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) throw wrong(file, "is no regular file");
}

void check(const path& file, const struct stat& status) {
  check_kind(file, status);
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    throw wrong(file, fmt::format("belongs to the user {}, and neither to you (user {}) nor to root",
                                  status.st_uid, ::geteuid()));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw wrong(file, fmt::format("has the mode {:04o}, and only its owner may have access (chmod 600)",
                                  status.st_mode & 07777U));
  }
  constexpr auto wanted = static_cast<off_t>(std::tuple_size_v<Seal::Key>);
  if (status.st_size != wanted)
    throw wrong(file, fmt::format("has {} bytes, and a key has {}", status.st_size, wanted));
}

}  // namespace

Seal::Key read_key(const path& file) {
  if (file.native().find('\0') != std::string::npos) throw unreadable(file, EINVAL);
  // First without opening it, which may do something to a device.
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) throw unreadable(file, errno);
  check_kind(file, status);
  // It may be another file by now: what counts is what was opened, and a FIFO must not block us.
  const transport::FileDescriptor descriptor{
      ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!descriptor || ::fstat(descriptor.number(), &status) != 0) throw unreadable(file, errno);
  check(file, status);
  Seal::Key key = {};
  const ssize_t size = ::read(descriptor.number(), key.data(), key.size());
  if (size == static_cast<ssize_t>(key.size())) return key;
  const int error = errno;
  ::sodium_memzero(key.data(), key.size());
  if (size < 0) throw unreadable(file, error);
  throw wrong(file, "was changed while it was read");
}

}  // namespace prong::cluster
