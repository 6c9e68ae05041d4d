// What pools do at each level of sandbox: the same as without, their options, and what they report.
#include "fixture.hpp"

#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <numeric>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

constexpr Sandbox levels[] = {Sandbox::none, Sandbox::limits, Sandbox::strict};

std::vector<double> numbers(std::size_t count) {
  std::vector<double> all(count);
  std::iota(all.begin(), all.end(), 0.0);
  return all;
}

PoolOptions at(Sandbox level, unsigned workers = 2) { return {.workers = workers, .sandbox = level}; }

std::string refusal_of(const PoolOptions& options) {
  try {
    const Pool pool{registry(), options};
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

bool in_force(const SandboxReport& report, const std::string& name) {
  const auto layer = std::ranges::find(report.layers, name, &SandboxLayer::name);
  REQUIRE(layer != report.layers.end());
  CAPTURE(layer->detail);
  return layer->in_force;
}

}  // namespace

TEST_CASE("maps give the same results at every level, in every encoding, and so do result functions") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{at(level)};
    for (const std::size_t count : {0U, 1U, 1000U, 300'000U}) {
      const auto xs = numbers(count);
      const auto squares = pool->map<double>("examples.square", xs);
      REQUIRE(squares.size() == count);
      bool right = true;
      for (std::size_t i = 0; i < count; ++i)
        right = right && squares[i] == xs[i] * xs[i];
      CHECK(right);
    }
    const auto squares = pool->map<double>("examples.square", numbers(1000), {.chunk_size = 7});
    CHECK(pool->map<double>("examples.sqrt", squares.span())[999] == 999);
    CHECK(pool->map<std::string>("examples.upper", std::vector<std::string>{"a", "b"})[1] == "B");
    CHECK(pool->run<std::string>("examples.square", numbers(4)) == "examples.square returned [0, 1, 4, 9]");
  }
}

TEST_CASE("crashes among fixed-size results at every level: who had returned keeps the result") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{at(level)};
    std::vector<double> xs(100, 0.0);
    xs[3] = xs[50] = xs[99] = 1;
    for (const std::uint64_t chunk : {1U, 10U, 100U}) {
      const auto outcomes = pool->map_outcomes<double>("culprits.segv", xs, {.chunk_size = chunk});
      CHECK(outcomes.failures().size() == 3);
      for (std::size_t i = 0; i < xs.size(); ++i)
        CHECK(outcomes[i].has_value() == (xs[i] == 0));
    }
    const auto roots = pool->map_outcomes<double>("examples.sqrt", std::vector<double>{4, -1, 9});
    CHECK(roots.failures().size() == 1);
    CHECK(roots[2].value() == 3);
    std::vector<double> pure(2000, 1.0);
    pure[700] = 700;
    const auto doubled = pool->map_outcomes<double>("culprits.pure_crash", pure);
    CHECK(doubled.failures().size() == 1);
    CHECK(doubled[701].value() == 2);
  }
}

TEST_CASE("a crash is told with its place at every level") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{at(level, 1)};
    const auto outcomes = pool->map_outcomes<double>("examples.crash", std::vector<double>{1});
    REQUIRE(outcomes.failures().size() == 1);
    const Failure& failure = outcomes.failures()[0];
    CAPTURE(failure.message());
    CHECK(failure.signal == SIGSEGV);
    REQUIRE(failure.crash);
    CHECK(failure.crash->address == 0);
    REQUIRE_FALSE(failure.crash->frames.empty());
    CHECK(failure.crash->frames[0].function.find("examples::crash") != std::string::npos);
  }
}

TEST_CASE("functions of the program itself run in a strict sandbox too") {
  Registry functions = registry();
  functions.define("triple", [](double x) { return 3 * x; });
  PoolOptions options = forked();
  options.sandbox = Sandbox::strict;
  PoolFixture pool{functions, options};
  CHECK(pool->map<double>("triple", numbers(100))[99] == 297);
}

TEST_CASE("prepared states, libraries beside a plugin, initializers and retries at strict") {
  PoolOptions options = at(Sandbox::strict);
  options.initializer = initializer("lives.set_mark", 7.0);
  PoolFixture pool{options};
  CHECK(pool->apply<double>("lives.get_mark", 0.0) == 7);
  CHECK(pool->apply<double>("needs_library.twice", 2.0) == 4);
  CHECK(pool->apply<double>("lives.states", 0.0) == 1);
  CHECK(pool->modules().size() >= 4);
  const auto hung = pool->map_outcomes<double>("lives.spin", std::vector<double>{0, 1, 0}, {.timeout = 50ms});
  CHECK(hung.failures().size() == 1);
}

TEST_CASE("a report says what was tried, and each level prevents what it is for") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    PoolOptions options = at(level);
    if (level != Sandbox::none) {
      options.memory_limit = std::size_t{1} << 30;
      options.processor_limit = 1h;
    }
    PoolFixture pool{options};
    const SandboxReport report = pool->sandbox_report();
    CHECK(report.level == level);
    for (const char* always : {"open-descriptors", "signal-state", "core-files", "first-victim"})
      CHECK(in_force(report, always));
    for (const char* bound : {"memory", "stack", "descriptors", "processor-time"})
      CHECK(in_force(report, bound) == (level != Sandbox::none));
    for (const char* wall : {"privileges", "reading-files", "writing-files", "processes", "programs",
                             "network", "signals-to-others", "memory-of-others", "shared-memory",
                             "kernel-interfaces", "results-of-others"}) {
      CAPTURE(wall);
      if (level == Sandbox::strict) CHECK(in_force(report, wall));
    }
    for (const char* wall : {"processes", "programs", "shared-memory", "results-of-others"}) {
      if (level != Sandbox::strict) CHECK_FALSE(in_force(report, wall));
    }
  }
}

TEST_CASE("memory and processor time have bounds, and the worker that met the first lives on") {
  PoolOptions options = at(Sandbox::limits, 1);
  options.memory_limit = std::size_t{64} << 20;
  options.processor_limit = 100ms;
  PoolFixture pool{options};
  const auto pid = pool->apply<std::int32_t>("lives.pid", std::int64_t{0});
  const auto greedy =
      pool->map_outcomes<std::string>("culprits.repeat", std::vector<std::int64_t>{100 << 20, 3});
  REQUIRE(greedy.failures().size() == 1);
  CHECK(greedy.failures()[0].type == "std::bad_alloc");
  CHECK(pool->apply<std::int32_t>("lives.pid", std::int64_t{0}) == pid);
  const auto busy = pool->map_outcomes<double>("lives.spin", std::vector<double>{0, 1, 0});
  REQUIRE(busy.failures().size() == 1);
  CHECK(busy.failures()[0].ending == Ending::timed_out);
  CHECK(busy.failures()[0].what == "more than 0.1 s of processor time");
  // Sleeping takes none.
  CHECK(pool->apply<double>("examples.slow", 0.3) == 0.3);
}

TEST_CASE("a bound that nobody asked for is not told as one") {
  for (const Sandbox level : levels) {
    PoolFixture pool{at(level)};
    const SandboxReport report = pool->sandbox_report();
    for (const char* bound : {"memory", "processor-time"})
      CHECK_FALSE(in_force(report, bound));
  }
}

TEST_CASE("descriptors have the bound that was asked for") {
  for (const Sandbox level : {Sandbox::limits, Sandbox::strict}) {
    for (const unsigned most : {20U, 100U}) {
      PoolOptions options = at(level, 1);
      options.descriptor_limit = most;
      PoolFixture pool{options};
      const double open = pool->apply<double>("hoards.descriptors", 200.0);
      CHECK(open > most / 2);
      CHECK(open <= most);
    }
  }
}

TEST_CASE("what allow_read names can be read at strict, and nothing beside it") {
  const Folder folder;
  std::ofstream{folder.path / "seen"} << "x";
  const auto can_read = [&](std::vector<std::filesystem::path> allowed) {
    PoolOptions options = at(Sandbox::strict, 1);
    options.allow_read = std::move(allowed);
    PoolFixture pool{options};
    return pool->apply<bool>("lives.can_read", (folder.path / "seen").string());
  };
  CHECK_FALSE(can_read({}));
  CHECK(can_read({folder.path}));
  CHECK(can_read({folder.path / "seen"}));
  CHECK_FALSE(can_read({"/usr"}));
}

TEST_CASE("options that do not go together are refused with a sentence") {
  PoolOptions options = at(Sandbox::none);
  options.memory_limit = std::size_t{1} << 30;
  CHECK(refusal_of(options) == "memory_limit needs the sandbox 'limits' or 'strict', and it is 'none'");
  options.sandbox = Sandbox::limits;
  CHECK(refusal_of(options).empty());
  options.memory_limit = 1000;
  CHECK(refusal_of(options) == "memory_limit 1000: a worker itself needs 16777216 bytes");
  options = at(Sandbox::limits);
  options.allow_read = {"/tmp"};
  CHECK(refusal_of(options) == "allow_read needs the sandbox 'strict', and it is 'limits'");
  options.sandbox = Sandbox::strict;
  options.allow_read = {"/nonexistent"};
  CHECK(refusal_of(options) == "workers cannot be allowed to read '/nonexistent': No such file or directory");
  options = at(Sandbox::limits);
  options.descriptor_limit = 3;
  CHECK(refusal_of(options) == "descriptor_limit 3: a worker itself needs 16");
  options = at(Sandbox::limits);
  options.processor_limit = 0ms;
  CHECK(refusal_of(options) == "processor_limit 0 ms: it must be positive");
  options = at(Sandbox::strict);
  options.core_directory = std::filesystem::temp_directory_path();
  // Or that this system keeps cores elsewhere.
  CHECK(refusal_of(options).starts_with("core_directory"));
  options = at(static_cast<Sandbox>(7));
  CHECK(refusal_of(options) == "sandbox 7: there is no level of this number");
}

}  // namespace prong::test
