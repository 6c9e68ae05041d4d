// Key files, good and bad.
#include "cluster/seal.hpp"

#include <prong/error.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace prong;
using namespace prong::cluster;

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "prong-key-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

  [[nodiscard]] fs::path make(const char* name, std::size_t size = 32, mode_t mode = 0600) const {
    const fs::path file = path_ / name;
    std::ofstream stream{file, std::ios::binary};
    for (std::size_t i = 0; i < size; ++i)
      stream.put(static_cast<char>(200 + i));
    stream.close();
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    return file;
  }

 private:
  fs::path path_;
};

// What is said of a file that is refused.
std::string refusal(const fs::path& file) {
  try {
    static_cast<void>(read_key(file));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

void check_refused(const fs::path& file, const std::string& why) {
  const std::string said = refusal(file);
  CAPTURE(said);
  CHECK(said.find(why) != std::string::npos);
  CHECK(said.find("the key file '") == 0);
  CHECK(said.find("(umask 077; head -c 32 /dev/urandom > '") != std::string::npos);
}

}  // namespace

TEST_CASE("a key is the file's 32 bytes") {
  const Folder folder;
  const auto key = read_key(folder.make("key"));
  for (std::size_t i = 0; i < key.size(); ++i)
    CHECK(key[i] == static_cast<std::uint8_t>(200 + i));
}

TEST_CASE("nobody but its owner may have access") {
  const Folder folder;
  for (const mode_t mode : {0600U, 0400U, 0700U}) {
    CAPTURE(mode);
    CHECK(refusal(folder.make("key", 32, mode)).empty());
    fs::remove(folder / "key");
  }
  for (unsigned bit = 1; bit <= 040; bit <<= 1) {
    const mode_t mode = 0600 | bit;
    CAPTURE(mode);
    check_refused(folder.make("key", 32, mode), "mode 06");
    fs::remove(folder / "key");
  }
  check_refused(folder.make("key", 32, 0644), "has the mode 0644");
}

TEST_CASE("it has 32 bytes, no more and no less") {
  const Folder folder;
  for (const std::size_t size : {0U, 1U, 31U, 33U, 64U, 65'568U}) {
    CAPTURE(size);
    check_refused(folder.make("key", size), "has " + std::to_string(size) + " bytes");
  }
}

TEST_CASE("it is a regular file, or a link to one") {
  const Folder folder;
  fs::create_directory(folder / "directory");
  REQUIRE(::chmod((folder / "directory").c_str(), 0700) == 0);
  check_refused(folder / "directory", "no regular file");
  REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
  check_refused(folder / "fifo", "no regular file");
  check_refused("/dev/zero", "no regular file");
  fs::create_symlink(folder / "fifo", folder / "to-fifo");
  check_refused(folder / "to-fifo", "no regular file");
  fs::create_symlink(folder.make("good"), folder / "to-good");
  CHECK(refusal(folder / "to-good").empty());
  fs::create_symlink(folder.make("shared", 32, 0644), folder / "to-shared");
  check_refused(folder / "to-shared", "has the mode 0644");
  fs::create_symlink(folder / "none", folder / "to-none");
  check_refused(folder / "to-none", "No such file");
}

TEST_CASE("a file that is not there, or has a name that is none") {
  const Folder folder;
  check_refused(folder / "missing", "cannot be read: No such file");
  check_refused("", "cannot be read");
  check_refused(fs::path{std::string("/dev/null\0x", 11)}, "cannot be read");
  check_refused(folder.make("file") / "key", "cannot be read: Not a directory");
}

TEST_CASE("its owner is the user or root") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can give a file away");
    return;
  }
  const Folder folder;
  const fs::path file = folder.make("key");
  REQUIRE(::chown(file.c_str(), 4711, 4711) == 0);
  check_refused(file, "belongs to the user 4711");
}
