// Functions that misbehave, at each level of sandbox: one ending for each item, told for what it is, and a
// pool that goes on. Rows of docs/failure-model.md; what is aimed at others is in attacks/.
#include "captured_error.hpp"
#include "fixture.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <future>
#include <string>
#include <utility>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

constexpr Sandbox levels[] = {Sandbox::none, Sandbox::limits, Sandbox::strict};

template <class Check>
void at_each_level(const Check& check, unsigned workers = 1) {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{{.workers = workers, .sandbox = level}};
    check(pool, level);
  }
}

// Item 2 of 5 is guilty, in one chunk with the others, which return.
template <class Item = double>
Failure guilty(PoolFixture& pool, std::string_view function, Item guilt = 1, MapOptions options = {}) {
  CAPTURE(function);
  options.chunk_size = 5;
  const auto outcomes =
      pool->map_outcomes<double>(function, std::vector<Item>{0, 0, guilt, 0, 0}, std::move(options));
  REQUIRE(outcomes.size() == 5);
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].index == 2);
  return outcomes.failures()[0];
}

std::int32_t worker_of(PoolFixture& pool) { return pool->apply<std::int32_t>("lives.pid", std::int64_t{0}); }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// For processes that are started meanwhile; nothing where the system's own limit is lower.
class LargeStacks {
 public:
  explicit LargeStacks(rlim_t bytes) {
    ::getrlimit(RLIMIT_STACK, &before_);
    const rlimit large{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_STACK, &large);
  }
  ~LargeStacks() { ::setrlimit(RLIMIT_STACK, &before_); }
  LargeStacks(const LargeStacks&) = delete;
  LargeStacks& operator=(const LargeStacks&) = delete;
  [[nodiscard]] bool are_possible() const { return before_.rlim_max >= rlim_t{64} << 20; }

 private:
  rlimit before_{};
};

// Of this process's file of that name: what takes memory.
std::uint64_t bytes_of_memory_file(std::string_view name) {
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(entry.path(), error);
    struct stat status{};
    if (!error && contains(target.native(), name) && ::stat(entry.path().c_str(), &status) == 0)
      return static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  return 0;
}

}  // namespace

TEST_CASE("16: exit, quick_exit and _exit are no success") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    for (const char* function :
         {"culprits.call_exit", "culprits.call_quick_exit", "culprits.call_underscore_exit"}) {
      for (const int code : {0, 7}) {
        const Failure failure = guilty(pool, function, code + 1.0);
        CHECK(failure.ending == Ending::exited);
        CHECK(failure.exit_code == code);
      }
    }
  });
}

TEST_CASE("17: abort and terminate, with what they said") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    for (const auto& [function, words] :
         {std::pair{"culprits.call_abort", ""},
          {"culprits.call_terminate", "terminate called without an active exception"},
          {"culprits.throw_through_noexcept", "what():  not let through"}}) {
      const Failure failure = guilty(pool, function);
      CHECK(failure.ending == Ending::crashed);
      CHECK(failure.signal == SIGABRT);
      CHECK(contains(failure.output, words));
    }
  });
}

TEST_CASE("18: whatever is thrown ends its item alone, and the worker lives on") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    const auto worker = worker_of(pool);
    for (const auto& [function, type] : {std::pair{"culprits.throw_int", "int"},
                                         {"culprits.throw_own", "OwnType"},
                                         {"culprits.throw_unprintable", "Unprintable"},
                                         {"culprits.throw_long", "std::runtime_error"},
                                         {"culprits.throw_nested", "std::runtime_error"}}) {
      const Failure failure = guilty(pool, function);
      CHECK(failure.ending == Ending::threw);
      CHECK(contains(failure.type, type));
      CHECK(failure.what.size() <= 4096);
    }
    CHECK(worker_of(pool) == worker);
  });
}

TEST_CASE("20: neither a thread's end nor a jump is a return") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    const Failure failure = guilty(pool, "culprits.exit_thread");
    CHECK(failure.ending == Ending::crashed);
    CHECK(failure.signal == SIGABRT);
    // Into a call that has returned: what comes of that, nobody can say, but that it ends.
    const auto outcomes = pool->map_outcomes<double>("culprits.jump_back", std::vector<double>{0, 1, 0, 0},
                                                     {.chunk_size = 4, .timeout = 100ms});
    CHECK(outcomes.size() == 4);
    for (const Failure& one : outcomes.failures())
      CHECK(one.ending != Ending::lost);
  });
}

TEST_CASE("21: crashes by what the processor or the kernel finds, told with their place") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    CHECK(guilty<std::int64_t>(pool, "culprits.divide").signal == SIGFPE);
    CHECK(guilty(pool, "crashers.undefined_instruction").signal == SIGILL);
    CHECK(guilty(pool, "crashers.behind_the_end").signal == SIGBUS);
    const Failure nested = guilty(pool, "crashers.nested");
    CHECK(nested.signal == SIGSEGV);
    CHECK(contains(nested.what, "nothing is mapped at 0x0, at crashers::write_to("));
    const Failure overflow = guilty(pool, "crashers.overflow");
    CHECK(overflow.signal == SIGSEGV);
    CHECK(overflow.what.starts_with("the stack is used up, at 0x"));
    CHECK(guilty(pool, "crashers.without_signal_stack").signal == SIGSEGV);
  });
}

TEST_CASE("21: a stack whose calls cannot be found out, or go in a circle, does not hold up the end") {
  // Each waits for limits::crash_write_time: all at once.
  std::vector<Failure> failures;
  std::vector<std::future<Failure>> hung;
  std::vector<std::unique_ptr<Pool>> pools;
  for (const Sandbox level : levels) {
    pools.push_back(std::make_unique<Pool>(registry(), PoolOptions{.workers = 1, .sandbox = level}));
    hung.push_back(std::async(std::launch::async, [&pool = *pools.back()] {
      return pool.map_outcomes<double>("crashers.endless_rule", std::vector<double>{1}).failures().at(0);
    }));
  }
  for (auto& one : hung)
    failures.push_back(one.get());
  for (const auto& pool : pools)
    failures.push_back(
        pool->map_outcomes<double>("crashers.endless_chain", std::vector<double>{1}).failures().at(0));
  for (const Failure& failure : failures) {
    CAPTURE(failure.message());
    CHECK(failure.ending == Ending::crashed);
    CHECK(failure.signal == SIGSEGV);
    REQUIRE(failure.crash);
    CHECK(failure.crash->address == 0);
    CHECK(failure.crash->frames.size() <= 64);
  }
  for (const auto& pool : pools)
    CHECK(pool->apply<double>("crashers.endless_rule", 0.0) == 0);
}

TEST_CASE("21: in a sandbox a stack ends after 16 MiB, however much the system would give") {
  const LargeStacks large{rlim_t{64} << 20};
  if (!large.are_possible()) return;
  at_each_level([](PoolFixture& pool, Sandbox level) {
    CHECK(pool->apply<double>("crashers.dig", 12.0) == 12);
    if (level == Sandbox::none) {
      CHECK(pool->apply<double>("crashers.dig", 40.0) == 40);
    } else {
      const Failure failure = guilty(pool, "crashers.dig", 20.0);
      CHECK(failure.signal == SIGSEGV);
      CHECK(failure.what.starts_with("the stack is used up, at 0x"));
    }
  });
}

TEST_CASE("22: what does not end is ended, with its worker") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    for (const char* function : {"lives.spin", "crashers.wait", "culprits.stop_self"})
      CHECK(guilty(pool, function, 1.0, {.timeout = 100ms}).ending == Ending::timed_out);
  });
}

TEST_CASE("26: more memory than it may have is an exception, and the worker lives on") {
  for (const Sandbox level : {Sandbox::limits, Sandbox::strict}) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{{.workers = 1, .sandbox = level, .memory_limit = std::size_t{64} << 20}};
    const auto worker = worker_of(pool);
    const auto outcomes = pool->map_outcomes<std::string>(
        "culprits.repeat", std::vector<std::int64_t>{2, 100 << 20, 3}, {.chunk_size = 3});
    REQUIRE(outcomes.failures().size() == 1);
    CHECK(outcomes.failures()[0].type == "std::bad_alloc");
    CHECK(worker_of(pool) == worker);
  }
}

TEST_CASE("26: what was not there is not made by being read: the pool's memory has an end") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    const auto outcomes = pool->map_outcomes<double>("attacker.holes", std::vector<double>{1, 2, 3});
    REQUIRE_FALSE(outcomes.failures().empty());
    CHECK(outcomes.failures()[0].signal == SIGBUS);
    CHECK(bytes_of_memory_file("prong-inputs") < std::uint64_t{8} << 20);
    // It grows with what the host itself needs.
    const std::vector<double> many(2'000'000, 3);
    CHECK(pool->map<double>("examples.square", many)[1'999'999] == 9);
  });
}

TEST_CASE("29: without its descriptors, or with others in their places, a worker harms nobody") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    const auto outcomes = pool->map_outcomes<double>("culprits.close_everything",
                                                     std::vector<double>{0, 1, 0, 0, 0}, {.chunk_size = 1});
    CHECK(outcomes.failures().size() <= 1);
    CHECK(pool->apply<double>("examples.square", 3.0) == 9);
  });
}

TEST_CASE("39: a result that is too large is told so, and none at all is one") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    const auto claimed = pool->map_outcomes<std::string_view>(
        "extremes.claim", std::vector<std::uint64_t>{1, std::uint64_t{10} << 30, UINT64_MAX, 1});
    REQUIRE(claimed.failures().size() == 2);
    for (const Failure& failure : claimed.failures())
      CHECK(failure.ending == Ending::too_large);
    const auto texts =
        pool->map<std::string_view>("culprits.repeat", std::vector<std::int64_t>{0, 32 << 20, 0});
    CHECK(texts[0].empty());
    CHECK(texts[1].size() == std::size_t{32} << 20);
  });
}

TEST_CASE("42: a flood of noise is bounded, and does not block the host") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    CapturedError error;
    CHECK(pool->apply<double>("culprits.flood", 10e6) == 10e6);
    CHECK(pool->apply<double>("examples.square", 3.0) == 9);
    error.restore();
    CHECK(error.text().size() < 200'000);
    CHECK_FALSE(contains(error.text(), "\x1b"));
  });
}

TEST_CASE("a prepared state whose destructor does not end, or ends the worker, is no call's fault") {
  for (const Sandbox level : levels) {
    CAPTURE(static_cast<int>(level));
    PoolFixture pool{{.workers = 1, .load_timeout = 1s, .sandbox = level}};
    for (const std::string how : {"sleep", "spin", "crash", "exit", "throw"}) {
      CAPTURE(how);
      const auto guilty = pool->map<std::int32_t>("lives.bad_end", std::vector<double>{0},
                                                  {.bound = {prong::bind("how", how)}})[0];
      wait_for([&] { return worker_of(pool) != guilty; });
    }
  }
}

TEST_CASE("a worker that goes to and fro in its task gets no time by it") {
  at_each_level([](PoolFixture& pool, Sandbox) {
    const auto outcomes = pool->map_outcomes<double>("attacker.dawdle", std::vector<double>{1, 2, 3, 4},
                                                     {.chunk_size = 4, .timeout = 200ms});
    REQUIRE_FALSE(outcomes.failures().empty());
    CHECK(outcomes.failures()[0].ending == Ending::timed_out);
  });
}

}  // namespace prong::test
