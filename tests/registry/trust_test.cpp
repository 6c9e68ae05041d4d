// Files and folders that may not be used, one way each.
#include "registry/trust.hpp"

#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <variant>
#include <vector>

namespace fs = std::filesystem;
using namespace prong::registry;

namespace {

// "fits", "absent", or the code of the refusal.
std::string verdict(const fs::path& path) {
  const Examined examined = examine(path);
  if (const auto* refused = std::get_if<Refusal>(&examined)) return refused->code;
  return std::holds_alternative<Absent>(examined) ? "absent" : "fits";
}

std::string found_at(const fs::path& path) {
  const Examined examined = examine(path);
  REQUIRE(std::holds_alternative<Refusal>(examined));
  return std::get<Refusal>(examined).found;
}

void listen_at(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int number = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(number, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(number);
}

constexpr uid_t stranger = 65534;

}  // namespace

TEST_CASE("modes of the file") {
  const ScratchFolder scratch;
  const fs::path file = scratch.file("stats.so");
  for (const auto& [mode, expected] :
       std::vector<std::pair<unsigned, std::string>>{{0644, "fits"},
                                                     {0755, "fits"},
                                                     {0600, "fits"},
                                                     {0664, "writable-by-others"},
                                                     {0646, "writable-by-others"},
                                                     {0620, "writable-by-others"},
                                                     {0602, "writable-by-others"},
                                                     {01646, "writable-by-others"}}) {
    CAPTURE(mode);
    set_mode(file, mode);
    CHECK(verdict(file) == expected);
  }
  set_mode(file, 0664);
  CHECK(found_at(file) == "is writable by its group (mode 0664)");
}

TEST_CASE("modes of the folders") {
  const ScratchFolder scratch;
  scratch.folder("a/b");
  const fs::path file = scratch.file("a/b/stats.so");
  for (const std::string name : {"a", "a/b"}) {
    CAPTURE(name);
    for (const unsigned mode : {0775u, 0757u, 0777u}) {
      set_mode(scratch.path() / name, mode);
      CHECK(verdict(file) == "writable-by-others");
      CHECK(
          found_at(file).starts_with("the folder '" + (scratch.path() / name).native() + "' is writable by"));
    }
    set_mode(scratch.path() / name, 0755);
    CHECK(verdict(file) == "fits");
  }
}

TEST_CASE("sticky folders are fine on the way, but not as the file's own") {
  const ScratchFolder scratch;
  scratch.folder("a/b");
  const fs::path file = scratch.file("a/b/stats.so");
  if (::geteuid() == 0) {
    set_mode(scratch.path() / "a", 01777);
    CHECK(verdict(file) == "fits");
  }
  set_mode(scratch.path() / "a", 0755);
  set_mode(scratch.path() / "a/b", 01777);
  CHECK(verdict(file) == "writable-by-others");
}

TEST_CASE("owners" * doctest::skip(::geteuid() != 0)) {
  const ScratchFolder scratch;
  const fs::path folder = scratch.folder("a"), file = scratch.file("a/stats.so");
  const fs::path link = scratch.path() / "link.so";
  fs::create_symlink(file, link);
  CHECK(verdict(link) == "fits");
  SUBCASE("of the file") {
    REQUIRE(::chown(file.c_str(), stranger, 0) == 0);
    CHECK(verdict(file) == "not-owned");
    CHECK(found_at(file) == "is owned by uid 65534");
    CHECK(found_at(link) == "its target '" + file.native() + "' is owned by uid 65534");
  }
  SUBCASE("of the folder") {
    REQUIRE(::chown(folder.c_str(), stranger, 0) == 0);
    CHECK(verdict(file) == "not-owned");
    CHECK(verdict(link) == "not-owned");
    CHECK(found_at(file) == "the folder '" + folder.native() + "' is owned by uid 65534");
  }
  SUBCASE("of a sticky folder") {
    REQUIRE(::chown(folder.c_str(), stranger, 0) == 0);
    set_mode(folder, 01777);
    CHECK(verdict(file) == "not-owned");
  }
  SUBCASE("of the link") {
    REQUIRE(::lchown(link.c_str(), stranger, 0) == 0);
    CHECK(verdict(link) == "not-owned");
    CHECK(found_at(link) == "the symbolic link '" + link.native() + "' is owned by uid 65534");
  }
  SUBCASE("the group does not matter") {
    REQUIRE(::chown(file.c_str(), 0, stranger) == 0);
    CHECK(verdict(file) == "fits");
  }
}

TEST_CASE("another user's rights" * doctest::skip(::geteuid() != 0)) {
  const ScratchFolder scratch;
  const fs::path folder = scratch.folder("a"), file = scratch.file("a/stats.so");
  const auto as_stranger = [](const fs::path& path) {
    REQUIRE(::seteuid(stranger) == 0);
    const std::string seen = verdict(path);
    REQUIRE(::seteuid(0) == 0);
    return seen;
  };
  CHECK(as_stranger(file) == "fits");
  set_mode(file, 0600);
  CHECK(as_stranger(file) == "unreadable");
  set_mode(file, 0644);
  set_mode(folder, 0700);
  CHECK(as_stranger(file) == "unreadable");
  set_mode(folder, 0755);
  REQUIRE(::chown(file.c_str(), stranger, 0) == 0);
  CHECK(as_stranger(file) == "fits");
  // Only root's sticky folders are trusted: a user's own is open to others by mistake.
  scratch.folder("a/b");
  const fs::path inner_file = scratch.file("a/b/stats.so");
  REQUIRE(::chown(folder.c_str(), stranger, 0) == 0);
  CHECK(as_stranger(inner_file) == "fits");
  set_mode(folder, 01777);
  CHECK(as_stranger(inner_file) == "writable-by-others");
}

TEST_CASE("what is no regular file is refused without waiting") {
  const ScratchFolder scratch;
  const fs::path fifo = scratch.path() / "fifo.so", listener = scratch.path() / "socket.so";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  listen_at(listener);
  const fs::path folder = scratch.folder("folder.so");
  const std::vector<std::pair<fs::path, std::string>> rows = {{fifo, "a FIFO"},
                                                              {listener, "a socket"},
                                                              {folder, "a folder"},
                                                              {"/dev/zero", "a character device"},
                                                              {"/", "a folder"}};
  for (const auto& [path, found] : rows) {
    CAPTURE(path.native());
    CHECK(verdict(path) == "not-a-regular-file");
    CHECK(found_at(path) == found);
    const fs::path link = scratch.path() / "link.so";
    fs::create_symlink(path, link);
    CHECK(verdict(link) == "not-a-regular-file");
    fs::remove(link);
  }
}

TEST_CASE("symbolic links are followed, and all that lies on their way is checked") {
  const ScratchFolder scratch;
  scratch.folder("plugins");
  scratch.folder("open");
  scratch.folder("home/lib");
  const fs::path target = scratch.file("home/lib/stats.so"), link = scratch.path() / "plugins/stats.so";

  SUBCASE("absolute and relative links, and links to links") {
    fs::create_symlink(target, link);
    CHECK(verdict(link) == "fits");
    fs::remove(link);
    fs::create_symlink("../home/./lib//stats.so", link);
    CHECK(verdict(link) == "fits");
    fs::create_symlink("stats.so", scratch.path() / "plugins/again.so");
    CHECK(verdict(scratch.path() / "plugins/again.so") == "fits");
    fs::create_directory_symlink("plugins", scratch.path() / "way");
    CHECK(verdict(scratch.path() / "way/again.so") == "fits");
  }
  SUBCASE("an open target") {
    fs::create_symlink(target, link);
    set_mode(target, 0666);
    CHECK(verdict(link) == "writable-by-others");
    CHECK(found_at(link) == "its target '" + target.native() + "' is writable by everyone (mode 0666)");
  }
  SUBCASE("an open folder of the target") {
    fs::create_symlink(target, link);
    set_mode(scratch.path() / "home/lib", 0777);
    CHECK(verdict(link) == "writable-by-others");
  }
  SUBCASE("an open folder above the target") {
    fs::create_symlink(target, link);
    set_mode(scratch.path() / "home", 0777);
    CHECK(verdict(link) == "writable-by-others");
  }
  SUBCASE("an open folder that only holds the link") {
    fs::create_symlink(target, scratch.path() / "open/stats.so");
    CHECK(verdict(scratch.path() / "open/stats.so") == "fits");
    set_mode(scratch.path() / "open", 01777);
    CHECK(verdict(scratch.path() / "open/stats.so") == "writable-by-others");
  }
  SUBCASE("an open folder in the middle of the links") {
    fs::create_symlink(target, scratch.path() / "open/middle.so");
    fs::create_symlink(scratch.path() / "open/middle.so", link);
    CHECK(verdict(link) == "fits");
    set_mode(scratch.path() / "open", 0777);
    CHECK(verdict(link) == "writable-by-others");
  }
  SUBCASE("an open folder that '..' leaves again: its writers cannot change that name") {
    set_mode(scratch.path() / "open", 0777);
    fs::create_symlink("../open/../home/lib/stats.so", link);
    CHECK(verdict(link) == "fits");
  }
  SUBCASE("loops and dangling links") {
    fs::create_symlink("stats.so", link);
    CHECK(verdict(link) == "symlink-loop");
    fs::remove(link);
    fs::create_symlink("other.so", link);
    fs::create_symlink("stats.so", scratch.path() / "plugins/other.so");
    CHECK(verdict(link) == "symlink-loop");
    fs::remove(scratch.path() / "plugins/other.so");
    CHECK(verdict(link) == "dangling-symlink");
    fs::remove(link);
    fs::create_symlink("/", link);
    CHECK(verdict(link) == "not-a-regular-file");
  }
  SUBCASE("a folder that is a dangling link holds nothing") {
    fs::create_directory_symlink("nowhere", scratch.path() / "gone");
    CHECK(verdict(scratch.path() / "gone/stats.so") == "absent");
  }
}

TEST_CASE("forty symbolic links, not more") {
  const ScratchFolder scratch;
  fs::path target = scratch.file("0.so");
  for (int i = 1; i <= 40; ++i) {
    const fs::path link = scratch.path() / fmt::format("{}.so", i);
    fs::create_symlink(target, link);
    target = link;
  }
  CHECK(verdict(target) == "fits");
  fs::create_symlink(target, scratch.path() / "41.so");
  CHECK(verdict(scratch.path() / "41.so") == "symlink-loop");
}

TEST_CASE("'..' leads to the folder above, as for the kernel") {
  const ScratchFolder scratch;
  scratch.folder("a/b");
  const fs::path file = scratch.file("a/stats.so");
  fs::create_directory_symlink(scratch.path() / "a/b", scratch.path() / "link");
  CHECK(verdict(scratch.path() / "link/../stats.so") == "fits");
  CHECK(verdict(scratch.path() / "a/b/../b/.././stats.so") == "fits");
  CHECK(verdict("/../../.." + file.native()) == "fits");
}

TEST_CASE("paths that lead nowhere") {
  const ScratchFolder scratch;
  scratch.file("file");
  for (const fs::path& path :
       {scratch.path() / "none.so", scratch.path() / "none/stats.so", scratch.path() / "file/stats.so",
        scratch.path() / (std::string(300, 'a') + ".so"), scratch.path() / std::string(5000, 'a')}) {
    CAPTURE(path.native());
    CHECK(verdict(path) == "absent");
  }
}
