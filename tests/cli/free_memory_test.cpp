// How much memory is free, by what the system's files say: here, of a system that is made up.
#include "cli/free_memory.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>
#include <string>

namespace prong::cli {

namespace {

namespace fs = std::filesystem;

class System {
 public:
  System() {
    std::string name = fs::temp_directory_path() / "prong-memory-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~System() { fs::remove_all(folder_); }
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream{folder_ / name} << text;
  }
  [[nodiscard]] std::optional<std::uint64_t> free() const {
    return free_memory(
        {.system = folder_ / "meminfo", .groups = folder_ / "cgroup", .group_tree = folder_ / "tree"});
  }

 private:
  fs::path folder_;
};

}  // namespace

TEST_CASE("nobody tells") {
  const System system;
  CHECK_FALSE(system.free());
  system.write("meminfo", "MemTotal: 4000 kB\n");
  system.write("cgroup", "0::/\nnonsense\n4:memory\n");
  CHECK_FALSE(system.free());
}

TEST_CASE("the system alone, where no group has a bound") {
  const System system;
  system.write("meminfo", "MemTotal:       4000 kB\nMemFree: 1 kB\nMemAvailable:       3000 kB\n");
  CHECK(system.free() == 3000 * 1024);
  system.write("cgroup", "0::/user.slice/mine\n");
  system.write("tree/user.slice/mine/memory.max", "max\n");
  system.write("tree/user.slice/mine/memory.current", "5000\n");
  CHECK(system.free() == 3000 * 1024);
}

TEST_CASE("a group of version 2, or one around it") {
  const System system;
  system.write("meminfo", "MemAvailable: 3000 kB\n");
  system.write("cgroup", "0::/user.slice/mine\n");
  system.write("tree/user.slice/mine/memory.max", "9000\n");
  system.write("tree/user.slice/mine/memory.current", "5000\n");
  CHECK(system.free() == 4000);
  // What files take goes when there is need.
  system.write("tree/user.slice/mine/memory.stat",
               "anon 1\nfile 9999\ninactive_file 1000\nactive_file 500\n");
  CHECK(system.free() == 5500);
  system.write("tree/user.slice/memory.max", "7000\n");
  system.write("tree/user.slice/memory.current", "6900\n");
  CHECK(system.free() == 100);
  system.write("tree/user.slice/memory.current", "8000\n");
  CHECK(system.free() == 0);
}

TEST_CASE("a group of version 1, and a container that sees only its own") {
  const System system;
  system.write("meminfo", "MemAvailable: 3000 kB\n");
  system.write("cgroup", "8:pids:/\n4:memory:/docker/4711\n0::/\n");
  system.write("tree/memory/memory.limit_in_bytes", "9000\n");
  system.write("tree/memory/memory.usage_in_bytes", "8000\n");
  system.write("tree/memory/memory.stat", "inactive_file 7\ntotal_inactive_file 500\ntotal_active_file 0\n");
  CHECK(system.free() == 1500);
  system.write("tree/memory/memory.limit_in_bytes", "9223372036854771712\n");
  CHECK(system.free() == 3000 * 1024);
}

TEST_CASE("this system tells") { CHECK(free_memory().value_or(0) > 0); }

}  // namespace prong::cli
