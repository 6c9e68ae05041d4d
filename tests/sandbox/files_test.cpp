// Plugin files that misbehave while they are loaded, or change while the pool runs, at each level of sandbox.
#include "fixture.hpp"

#include <string>
#include <utility>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

constexpr Sandbox levels[] = {Sandbox::none, Sandbox::limits, Sandbox::strict};

std::filesystem::path version(int number) {
  return std::filesystem::path{PRONG_TEST_VERSIONED} / std::to_string(number) / "versioned.so";
}

// Of the refusal to load it; empty: it was called.
std::string code_of(Pool& pool, const std::string& function) {
  try {
    static_cast<void>(pool.apply<double>(function, 1.0));
    return "";
  } catch (const Refused& refused) {
    return refused.code();
  }
}

}  // namespace

TEST_CASE("48: constructors that crash, hang, exit, throw, start threads or processes") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    const bool strict = level == Sandbox::strict;
    PoolFixture pool{{.workers = 2, .load_timeout = 300ms, .sandbox = level}};
    for (const auto& [module, code] : {std::pair{"loads_crash", "crashed-on-load"},
                                       {"resolves_nothing", "crashed-on-load"},
                                       {"loads_hang", "hung-on-load"},
                                       {"loads_leave", "exited-on-load"},
                                       {"loads_throw_out", "crashed-on-load"},
                                       {"loads_start_thread", ""},
                                       {"loads_fork_child", ""},
                                       {"loads_kill_parent", strict ? "" : "crashed-on-load"}}) {
      CAPTURE(module);
      for (int round = 0; round < 2; ++round)
        CHECK(code_of(*pool, std::string{module} + ".same") == code);
      CHECK(pool->apply<double>("examples.square", 3.0) == 9);
    }
  }
}

TEST_CASE("49: what a plugin left for the end of its process is not run") {
  const Folder folder;
  const std::string note = folder.path / "note";
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    {
      PoolFixture pool{{.workers = 1, .sandbox = level}};
      CHECK(pool->apply<std::string>("twin_1.leave_note", note) == note);
    }
    CHECK_FALSE(std::filesystem::exists(note));
  }
}

TEST_CASE("51: a file that is replaced, or removed and put back") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    const Folder folder;
    folder.put(version(1), "versioned.so");
    Pool pool{folder.registry(), {.workers = 2, .sandbox = level}};
    CHECK(pool.apply<double>("versioned.version", 0.0) == 1);
    folder.put(version(2), "versioned.so");
    CHECK(pool.apply<double>("versioned.version", 0.0) == 2);
    std::filesystem::remove(folder.path / "versioned.so");
    CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("versioned.version", 0.0)), CannotFind);
    folder.put(version(3), "versioned.so");
    CHECK(pool.apply<double>("versioned.version", 0.0) == 3);
  }
}

// As an installer turns a link `current` to the next release.
TEST_CASE("51: a folder behind a link that is turned to another one: new calls use that, or say why not") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    const Folder folder;
    const auto turn = [&](int number) {
      const auto release = folder.path / std::to_string(number);
      std::filesystem::create_directory(release);
      std::filesystem::permissions(release, std::filesystem::perms::owner_all);
      std::filesystem::copy_file(version(number), release / "versioned.so");
      std::filesystem::create_directory_symlink(release, folder.path / "next");
      std::filesystem::rename(folder.path / "next", folder.path / "current");
    };
    turn(1);
    const Registry functions{{.plugin_path = {folder.path / "current"}, .default_path = false}};
    Pool pool{functions, {.workers = 2, .sandbox = level}};
    CHECK(pool.apply<double>("versioned.version", 0.0) == 1);
    for (const int number : {2, 3}) {
      turn(number);
      if (level == Sandbox::strict) {
        CHECK(code_of(pool, "versioned.version") == "unreadable");
        Pool next{functions, {.workers = 1, .sandbox = level}};
        CHECK(next.apply<double>("versioned.version", 0.0) == number);
      } else {
        CHECK(pool.apply<double>("versioned.version", 0.0) == number);
      }
    }
  }
}

TEST_CASE("53: two plugins that export the same names keep their own") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{{.workers = 1, .sandbox = level}};
    for (int round = 0; round < 2; ++round) {
      CHECK(pool->apply<double>("twin_1.answer", 10.0) == 11);
      CHECK(pool->apply<double>("twin_2.answer", 10.0) == 22);
    }
  }
}

}  // namespace prong::test
