// Loading is a step of its own: a plugin that misbehaves there is refused by name, and remembered.
#include "fixture.hpp"

namespace prong::test {

namespace {

std::string code_of(PoolFixture& pool, std::string_view function) {
  try {
    static_cast<void>(pool->map<double>(function, std::vector<double>(100, 1.0)));
  } catch (const Refused& refused) {
    CHECK(std::string{refused.what()}.find(refused.code()) != std::string::npos);
    return refused.code();
  }
  return "loaded";
}

}  // namespace

TEST_CASE("a constructor that crashes, exits, throws or hangs refuses the plugin") {
  PoolFixture pool{{.workers = 2, .load_timeout = std::chrono::milliseconds{300}}};
  for (int round = 0; round < 3; ++round) {
    CHECK(code_of(pool, "loads_crash.same") == "crashed-on-load");
    CHECK(code_of(pool, "loads_leave.same") == "exited-on-load");
    CHECK(code_of(pool, "loads_throw_out.same") == "crashed-on-load");
    CHECK(code_of(pool, "loads_hang.same") == "hung-on-load");
  }
}

TEST_CASE("a plugin that hangs while it is loaded because of another one is loaded in a worker of its own") {
  if (PRONG_THREAD_SANITIZED) return;  // there this plugin itself hangs
  PoolFixture pool{{.workers = 1, .load_timeout = std::chrono::milliseconds{500}}};
  CHECK(code_of(pool, "loads_hold_linker.same") == "loaded");
  const auto before = pool->worker_pids();
  CHECK(code_of(pool, "examples.square") == "loaded");
  CHECK(pool->worker_pids() != before);
  // One that hangs by itself is believed after the second try, and not tried again.
  CHECK(code_of(pool, "loads_hang.same") == "hung-on-load");
  CHECK(code_of(pool, "examples.square") == "loaded");
}

TEST_CASE("a constructor that takes memory without end, of a kind that no limit counts, refuses the plugin") {
  PoolFixture pool{{.workers = 1, .sandbox = Sandbox::limits, .memory_limit = std::size_t{64} << 20}};
  try {
    static_cast<void>(pool->apply<double>("loads_fill_memory.same", 1.0));
    FAIL("it was loaded");
  } catch (const Refused& refused) {
    CHECK(refused.code() == "crashed-on-load");
    const std::string what = refused.what();
    CHECK_MESSAGE(what.find("out of memory: ") != std::string::npos, what);
    CHECK_MESSAGE(what.find("MiB while it is loaded, where the limit is 64.0 MiB") != std::string::npos,
                  what);
  }
  CHECK(pool->apply<double>("examples.sqrt", 9.0) == 3);
}

TEST_CASE("a plugin that was refused is not loaded again: no worker dies for it a second time") {
  PoolFixture pool{{.workers = 1}};
  CHECK(code_of(pool, "loads_crash.same") == "crashed-on-load");
  wait_for([&] { return pool->worker_pids().size() == 1; });
  const auto workers = pool->worker_pids();
  CHECK(code_of(pool, "loads_crash.same") == "crashed-on-load");
  CHECK(pool->worker_pids() == workers);
}

TEST_CASE("listing runs no plugin code and names every function") {
  PoolFixture pool;
  const auto modules = pool->modules();
  std::set<std::string> names;
  for (const ModuleInfo& module : modules) {
    CHECK_FALSE(module.refusal);
    CHECK_FALSE(module.build_id.empty());
    CHECK(module.license == "MIT");
    names.insert(module.module);
  }
  for (const auto* name :
       {"culprits", "examples", "loads_crash", "loads_hang", "loads_leave", "loads_throw_out"}) {
    CHECK(names.contains(name));
  }
}

TEST_CASE("describe tells parameters, types and documentation") {
  PoolFixture pool;
  const FunctionInfo power = pool->describe("examples.power");
  REQUIRE(power.parameters.size() == 2);
  CHECK(power.parameters[1].name == "exponent");
  CHECK(power.parameters[1].type == "f64");
  CHECK(power.result == "f64");
  CHECK_FALSE(power.doc.empty());
  CHECK_FALSE(power.pure);
  CHECK(pool->describe("examples.square").pure);
  CHECK(pool->describe("examples.square", FunctionKind::result).result == "str");
}

}  // namespace prong::test
