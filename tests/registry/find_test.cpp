// Finding plugins by name: which folder, which file, what changes are seen.
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <variant>

namespace fs = std::filesystem;
using namespace prong::registry;

TEST_CASE("a file is found under its encoded name") {
  const ScratchFolder scratch;
  const fs::path file = scratch.file("acme-_-stats.so");
  const PluginPath path({scratch.path()});
  const Found result = path.find("acme.stats");
  REQUIRE(std::holds_alternative<PluginFile>(result));
  const auto& plugin = std::get<PluginFile>(result);
  CHECK(plugin.module == "acme.stats");
  CHECK(plugin.path == file);
  CHECK(plugin.identity.size == 7);
  CHECK(plugin.identity.inode != 0);
  CHECK(plugin.identity.mtime_ns > 0);
}

TEST_CASE("the first folder wins, folders that do not exist are empty") {
  const ScratchFolder scratch;
  scratch.folder("a");
  scratch.folder("b");
  const fs::path a = scratch.path() / "a", b = scratch.path() / "b", none = scratch.path() / "none";
  scratch.file("b/both.so");
  scratch.file("b/one.so");
  const PluginPath path({none, a, b});
  CHECK(found(path, "both") == b / "both.so");
  scratch.file("a/both.so");
  CHECK(found(path, "both") == a / "both.so");
  CHECK(found(path, "one") == b / "one.so");
  fs::remove(a / "both.so");
  CHECK(found(path, "both") == b / "both.so");
}

TEST_CASE("what is not there is not found, and the message says where") {
  const ScratchFolder scratch;
  const Refusal refused = refusal(PluginPath({scratch.path(), scratch.path() / "none"}), "stats");
  CHECK(refused.code == "not-found");
  CHECK(refused.file == "stats.so");
  CHECK(refused.found == "none in " + scratch.path().native() + ", " + (scratch.path() / "none").native());
  CHECK(found(PluginPath({}), "stats") == "not-found");
  CHECK(found(PluginPath({scratch.file("a_file")}), "stats") == "not-found");
  CHECK(found(PluginPath({scratch.path() / std::string(5000, 'a')}), "stats") == "not-found");
}

TEST_CASE("a refused file hides a good one behind it") {
  const ScratchFolder scratch;
  scratch.folder("a");
  scratch.folder("b");
  set_mode(scratch.file("a/stats.so"), 0666);
  scratch.file("b/stats.so");
  CHECK(found(PluginPath({scratch.path() / "a", scratch.path() / "b"}), "stats") == "writable-by-others");
}

TEST_CASE("only module paths are names") {
  const PluginPath path({"/"});
  for (const std::string name : {"", "../stats", "a/b", "a-b", ".", "a\nb"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(static_cast<void>(path.find(name)), std::invalid_argument);
  }
  CHECK_THROWS_AS(static_cast<void>(path.find(std::string("a\0b", 3))), std::invalid_argument);
}

TEST_CASE("changes after a successful find are seen") {
  const ScratchFolder scratch;
  const fs::path folder = scratch.folder("plugins"), file = scratch.file("plugins/stats.so");
  const PluginPath path({folder});
  const auto identity = [&] { return std::get<PluginFile>(path.find("stats")).identity; };
  const FileIdentity first = identity();
  CHECK(identity() == first);

  SUBCASE("the file is made writable") {
    set_mode(file, 0664);
    CHECK(found(path, "stats") == "writable-by-others");
    set_mode(file, 0644);
    CHECK(found(path, "stats") == file);
  }
  SUBCASE("the file is written") {
    std::ofstream(file, std::ios::app) << "more";
    CHECK(identity() != first);
  }
  SUBCASE("the file is replaced") {
    fs::rename(scratch.file("other"), file);
    CHECK(identity() != first);
  }
  SUBCASE("the file is removed") {
    fs::remove(file);
    CHECK(found(path, "stats") == "not-found");
  }
  SUBCASE("the folder is made writable") {
    set_mode(folder, 0777);
    CHECK(found(path, "stats") == "writable-by-others");
  }
  SUBCASE("the folder is replaced") {
    fs::rename(folder, scratch.path() / "old");
    scratch.folder("plugins");
    CHECK(found(path, "stats") == "not-found");
    set_mode(scratch.file("plugins/stats.so"), 0646);
    CHECK(found(path, "stats") == "writable-by-others");
  }
  SUBCASE("the file becomes a link to a device") {
    fs::remove(file);
    fs::create_symlink("/dev/zero", file);
    CHECK(found(path, "stats") == "not-a-regular-file");
  }
}

TEST_CASE("folders are absolute, repeated and empty ones are left out") {
  const ScratchFolder scratch;
  const fs::path before = fs::current_path();
  fs::current_path(scratch.path());
  const fs::path here = fs::current_path();
  const PluginPath path({"", "plugins", here / "plugins", "plugins/", ".", here});
  fs::current_path(before);
  CHECK(path.folders() == std::vector<fs::path>{here / "plugins", here / ".", here});
}

TEST_CASE("the current directory is not searched by itself") {
  const ScratchFolder scratch;
  scratch.file("stats.so");
  const fs::path before = fs::current_path();
  fs::current_path(scratch.path());
  CHECK(found(PluginPath({""}), "stats") == "not-found");
  CHECK(found(PluginPath({"."}), "stats") == fs::current_path() / "./stats.so");
  fs::current_path(before);
}
