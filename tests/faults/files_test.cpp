// Plugin files that misbehave before they are called, after they were loaded, and at the end.
#include "armed_faults.hpp"
#include "fixture.hpp"

#include <cstdlib>
#include <string>
#include <utility>

namespace prong::test {

TEST_CASE("a constructor that kills the worker's parent is refused, and other plugins are not") {
  PoolFixture pool;
  for (int round = 0; round < 2; ++round) {
    try {
      static_cast<void>(pool->apply<double>("loads_kill_parent.same", 1.0));
      FAIL("it was called");
    } catch (const Refused& refused) {
      CHECK(refused.code() == "crashed-on-load");
    }
    CHECK(pool->apply<double>("culprits.segv", 0.0) == 0);
  }
  const CheckReport report = check_plugin(culprits() / "loads_kill_parent.so");
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].code == "crashed-on-load");
}

TEST_CASE("constructors that start threads or processes are good") {
  PoolFixture pool;
  for (const std::string module : {"loads_start_thread", "loads_fork_child"}) {
    CHECK(pool->apply<double>(module + ".same", 1.0) == 1);
    CHECK(check_plugin(culprits() / (module + ".so")).passed());
  }
}

TEST_CASE("a file that kills, or holds up, whoever looks at it is refused by name") {
  for (const auto& [signal, code] :
       {std::pair{SIGSEGV, "crashed-on-look"}, std::pair{SIGSTOP, "hung-on-look"}}) {
    CAPTURE(code);
    ArmedFaults faults;
    Pool pool{registry(), ArmedFaults::options()};
    faults.arm(transport::FaultPoint::looking, {.signal = signal, .times = ArmedFaults::always});
    for (int round = 0; round < 2; ++round) {
      try {
        static_cast<void>(pool.describe("examples.square"));
        FAIL("it was described");
      } catch (const Refused& refused) {
        CHECK(refused.code() == code);
      }
    }
    // Twice, to be sure of it, and never again for the same file; one that hangs, once.
    CHECK(faults.reached(transport::FaultPoint::looking) == (signal == SIGSTOP ? 1 : 2));
    faults.disarm(transport::FaultPoint::looking);
    CHECK(pool.apply<double>("culprits.segv", 0.0) == 0);
  }
}

TEST_CASE("what a plugin left for the end of its process is not run") {
  const Folder folder;
  const std::string note = folder.path / "note";
  {
    PoolFixture pool;
    CHECK(pool->apply<std::string>("twin_1.leave_note", note) == note);
    kill_workers(*pool);
    CHECK(pool->apply<std::string>("twin_1.leave_note", note) == note);
  }
  CHECK_FALSE(std::filesystem::exists(note));
}

TEST_CASE("two plugins that export the same names keep their own") {
  PoolFixture pool{{.workers = 1}};
  for (int round = 0; round < 2; ++round) {
    CHECK(pool->apply<double>("twin_1.answer", 10.0) == 11);
    CHECK(pool->apply<double>("twin_2.answer", 10.0) == 22);
  }
}

TEST_CASE("a file that is cut while it is loaded harms its own items only") {
  const Folder folder;
  folder.put(culprits() / "twin_1.so", "twin_1.so");
  folder.put(culprits() / "crashers.so", "crashers.so");
  Pool pool{folder.registry(), {.workers = 2}};
  CHECK(pool.apply<double>("twin_1.answer", 10.0) == 11);
  std::filesystem::resize_file(folder.path / "twin_1.so", 100);
  try {
    static_cast<void>(pool.apply<double>("twin_1.answer", 10.0));
    FAIL("it was called");
  } catch (const Refused& refused) {
    CHECK(refused.code() == "truncated");
  }
  CHECK(pool.apply<double>("crashers.nested", 0.0) == 0);
  // As it was, under the old name: another file, that is as good as any.
  folder.put(culprits() / "twin_1.so", "twin_1.so");
  CHECK(pool.apply<double>("twin_1.answer", 10.0) == 11);
}

TEST_CASE("the dynamic linker's variables of the host's user do not reach the workers") {
  ::setenv("LD_PRELOAD", "/nonexistent/preloaded.so", 1);
  ::setenv("LD_LIBRARY_PATH", "/nonexistent", 1);
  {
    PoolFixture pool;
    CHECK(pool->apply<std::string>("crashers.variable", std::string{"LD_PRELOAD"}).empty());
    CHECK(pool->apply<std::string>("crashers.variable", std::string{"LD_LIBRARY_PATH"}).empty());
    CHECK_FALSE(pool->apply<std::string>("crashers.variable", std::string{"PATH"}).empty());
  }
  ::unsetenv("LD_PRELOAD");
  ::unsetenv("LD_LIBRARY_PATH");
}

}  // namespace prong::test
