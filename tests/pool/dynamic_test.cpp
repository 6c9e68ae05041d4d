// Functions that the host defines itself: closures over anything, found by name in workers that were forked.
#include "fixture.hpp"

#include <prong/msgpack.hpp>

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

namespace prong::test {

namespace {

using Words = std::vector<std::string>;

[[gnu::noinline]] void crash() { ::raise(SIGSEGV); }

double negate(double x) { return -x; }

// A call in JSON, for values that have no typed call yet.
std::string in_json(PoolFixture& pool, std::string function, std::string item,
                    FunctionKind kind = FunctionKind::map) {
  const std::vector<std::uint64_t> offsets{0, item.size()};
  Job job = pool->submit(
      {.function = std::move(function), .kind = kind, .items = Encoding::json, .results = Encoding::json},
      {.bytes = std::as_bytes(std::span{item}), .offsets = offsets, .count = 1});
  const Piece piece = job.collect().front();
  if (!piece.failures.empty()) return piece.failures.front().message();
  return {reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size() - 1};
}

template <class Error>
std::string message(Pool& pool, std::string_view function) {
  try {
    static_cast<void>(pool.apply<double>(function, 1.0));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::size_t private_kilobytes(int pid, std::size_t& resident) {
  std::ifstream rollup{"/proc/" + std::to_string(pid) + "/smaps_rollup"};
  std::size_t sum = 0;
  for (std::string key; rollup >> key;) {
    std::size_t amount = 0;
    if (key != "Rss:" && !key.starts_with("Private_")) continue;
    rollup >> amount;
    (key == "Rss:" ? resident : sum) += amount;
  }
  return sum;
}

}  // namespace

TEST_CASE("any callable is a map function: closures, pointers, std::function, objects, mutable lambdas") {
  Registry functions = registry();
  struct Adder {
    double by;
    double operator()(double x) const noexcept { return x + by; }
  };
  const double k = 3;
  functions.define("triple", [k](double x) { return k * x; });
  functions.define("negate", &negate);
  functions.define("stored", std::function<double(const double&)>{[k](double x) { return k + x; }});
  functions.define("add", Adder{.by = 2});
  functions.define("own", [owned = std::make_unique<double>(5)](double x) { return *owned * x; });
  functions.define("count", [n = 0.0](double) mutable { return ++n; });
  PoolFixture pool{functions, forked(1)};
  std::vector<double> xs(1000);
  std::iota(xs.begin(), xs.end(), 0.0);
  const auto tripled = pool->map<double>("triple", xs);
  for (std::size_t i = 0; i < xs.size(); ++i)
    REQUIRE(tripled[i] == 3 * xs[i]);
  CHECK(pool->apply<double>("negate", 2.0) == -2);
  CHECK(pool->apply<double>("stored", 2.0) == 5);
  CHECK(pool->apply<double>("add", 2.0) == 4);
  CHECK(pool->apply<double>("own", 2.0) == 10);
  // What it changes is its worker's copy.
  CHECK(pool->map<double>("count", xs)[999] == 1000);
  CHECK(pool->apply<double>("count", 0.0) == 1001);
  CHECK(pool->apply<double>("examples.square", 3.0) == 9);
}

TEST_CASE("values of every wire form, views into them included") {
  Registry functions = registry();
  const std::string prefix = "<";
  functions.define("wrap", [prefix](std::string_view text) { return prefix + std::string{text} + ">"; });
  functions.define("length", [](const std::string& text) { return static_cast<std::int64_t>(text.size()); });
  functions.define("words", [](std::int32_t n) { return Words(static_cast<std::size_t>(n), "w"); });
  functions.define("join", [](const std::map<std::string, std::optional<double>>& map) {
    std::string joined;
    for (const auto& [key, value] : map)
      joined += key + (value ? "=" + std::to_string(static_cast<int>(*value)) : "") + ";";
    return joined;
  });
  functions.define("sum",
                   [](std::span<const double> all) { return std::accumulate(all.begin(), all.end(), 0.0); });
  functions.define("nothing", [](bool) {});
  PoolFixture pool{functions, forked()};
  CHECK(pool->map<std::string>("wrap", Words{"a", "", "b"})[2] == "<b>");
  CHECK(pool->apply<std::int64_t>("length", "four") == 4);
  CHECK(in_json(pool, "words", "3") == R"(["w","w","w"])");
  CHECK(in_json(pool, "join", R"({"b":null,"a":2})") == R"("a=2;b;")");
  CHECK(in_json(pool, "sum", "[1,2,3.5]") == "6.5");
  CHECK(in_json(pool, "nothing", "true") == "null");
  CHECK(in_json(pool, "words", "[1]").find("rejected: expected i32") != std::string::npos);
  CHECK_THROWS_WITH_AS(static_cast<void>(pool->apply<float>("wrap", "x")),
                       "'wrap': results are str, the caller's type is f32", Mismatch);
}

TEST_CASE("several parameters come as a tuple, or are bound by the names that they were given") {
  Registry functions = registry();
  const auto power = [](double base, std::int32_t exponent) {
    double result = 1;
    for (std::int32_t i = 0; i < exponent; ++i)
      result *= base;
    return result;
  };
  functions.define("power", power, {.parameters = {"base", "exponent"}, .doc = "base to the exponent"});
  functions.define("unnamed", power);
  PoolFixture pool{functions, forked()};
  CHECK(pool->apply<double>("power", 2.0, 10) == 1024);
  CHECK(pool->map<double>("power", std::vector{2.0, 3.0}, {.bound = {bind("exponent", 3)}})[1] == 27);
  CHECK(pool->map<double>("unnamed", std::vector{2.0, 3.0}, {.bound = {bind("argument2", 2)}})[1] == 9);
  CHECK_THROWS_WITH_AS(
      static_cast<void>(pool->map<double>("power", std::vector{2.0}, {.bound = {bind("exponnt", 3)}})),
      "'power' has no parameter 'exponnt'; its parameters are (base: f64, exponent: i32)", Mismatch);
  const FunctionInfo info = pool->describe("power");
  CHECK(info.doc == "base to the exponent");
  CHECK(info.parameters[1].name == "exponent");
  CHECK(info.parameters[1].type == "i32");
  CHECK(info.result == "f64");
  CHECK(pool->describe("unnamed").parameters[0].name == "item");
}

TEST_CASE("result functions: over a span, over results that are decoded lazily, with bound arguments") {
  Registry functions = registry();
  functions.define("half", [](double x) { return x / 2; });
  functions.define_result(
      "half", [](std::span<const double> all) { return std::accumulate(all.begin(), all.end(), 0.0); });
  functions.define("repeat", [](std::int32_t n) { return std::string(static_cast<std::size_t>(n), 'x'); });
  functions.define_result("repeat",
                          [](AllResults<std::string_view> all, const std::string& separator) {
                            std::string joined;
                            for (const std::string_view one : all)
                              joined += std::string{one} + separator;
                            return joined + std::to_string(all.size()) + " from " +
                                   std::to_string(all.index(0));
                          },
                          {.parameters = {"all", "separator"}});
  functions.define("words", [](std::int32_t n) { return Words(static_cast<std::size_t>(n), "w"); });
  functions.define_result("words", [](std::span<const Words> all) { return all[1].size() + all.size(); });
  functions.define("alone", [](double x) { return x; });
  PoolFixture pool{functions, forked()};
  CHECK(pool->run<double>("half", std::vector{1.0, 2.0, 3.0}) == 3);
  CHECK(pool->run<double>("half", std::vector<double>{}) == 0);
  CHECK(pool->run<std::string>("repeat", std::vector{1, 0, 2}, {.bound = {bind("separator", "|")}}) ==
        "x||xx|3 from 0");
  CHECK(pool->run<std::uint64_t>("words", std::vector{1, 5}) == 7);
  CHECK(pool->describe("half", FunctionKind::result).parameters[0].name == "results");
  CHECK(pool->describe("half", FunctionKind::result).parameters[0].type == "[f64]");
  CHECK_THROWS_WITH_AS(
      static_cast<void>(pool->run<double>("alone", std::vector{1.0})),
      "cannot find result function 'alone': a map function of that name was defined, and no result function",
      CannotFind);
  CHECK_THROWS_AS(static_cast<void>(pool->run<std::string>("half", std::vector{1.0})), Mismatch);
}

TEST_CASE("large data that was built before the pool is read in every worker without a copy") {
  if (always_threads) return;  // the thread sanitizer writes down every read
  constexpr std::size_t count = std::size_t{200} << 20 >> 3;
  constexpr std::size_t total_kilobytes = count * sizeof(double) >> 10;
  Registry functions = registry();
  std::vector<double> table(count);
  std::iota(table.begin(), table.end(), 0.0);
  const double sum = std::accumulate(table.begin(), table.end(), 0.0);
  functions.define(
      "sum", [table = std::move(table)](double) { return std::accumulate(table.begin(), table.end(), 0.0); });
  PoolFixture pool{functions, forked()};
  // Until both have run it.
  std::set<int> ran;
  wait_for([&] {
    for (const double one : pool->map<double>("sum", std::vector<double>(4), {.chunk_size = 1}))
      REQUIRE(one == sum);
    for (const int pid : pool->worker_pids()) {
      std::size_t resident = 0;
      CHECK(private_kilobytes(pid, resident) < total_kilobytes / 4);
      if (resident > total_kilobytes) ran.insert(pid);
    }
    return ran.size() == 2;
  });
}

TEST_CASE("what a dynamic function throws is its item's failure; a crash is its worker's") {
  Registry functions = registry();
  functions.define("odd", [n = 0](double x) mutable {
    ++n;
    if (x == 1) throw std::domain_error("not one");
    if (x == 2) crash();
    if (x == 3) std::exit(7);
    return static_cast<double>(n);
  });
  PoolFixture pool{functions, forked(1)};
  const auto outcomes =
      pool->map_outcomes<double>("odd", std::vector<double>{0, 1, 0, 2, 0, 3, 0}, {.chunk_size = 7});
  REQUIRE(outcomes.failures().size() == 3);
  CHECK(outcomes[1].failure().type == "std::domain_error");
  CHECK(outcomes[1].failure().what == "not one");
  CHECK(outcomes[1].failure().function == "odd");
  CHECK(outcomes[3].failure().ending == Ending::crashed);
  CHECK(outcomes[3].failure().signal == SIGSEGV);
  CHECK(outcomes[5].failure().ending == Ending::exited);
  CHECK(outcomes[5].failure().exit_code == 7);
  CHECK(outcomes[2].value() == 3);
  // Each successor comes from the same snapshot.
  CHECK(outcomes[4].value() == 1);
  CHECK(outcomes[6].value() == 1);
}

TEST_CASE("a pure function's culprit is found among its block") {
  Registry functions = registry();
  functions.define("pure",
                   [](double x) {
                     if (x == 700) crash();
                     return x * 2;
                   },
                   {.pure = true});
  PoolFixture pool{functions, forked()};
  std::vector<double> xs(5000);
  std::iota(xs.begin(), xs.end(), 0.0);
  const auto outcomes = pool->map_outcomes<double>("pure", xs, {.chunk_size = 2000});
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].index == 700);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (i != 700) REQUIRE(outcomes[i].value() == xs[i] * 2);
  }
  CHECK(pool->describe("pure").pure);
}

TEST_CASE("a dynamic function knows where it is") {
  Registry functions = registry();
  functions.define("where", [](bool) {
    return std::string{current_call().function()} + std::to_string(current_call().index());
  });
  PoolFixture pool{functions, forked()};
  const auto where = pool->map<std::string>("where", std::vector<bool>(10));
  for (std::size_t i = 0; i < 10; ++i)
    CHECK(where[i] == "where" + std::to_string(i));
}

TEST_CASE("defined after the pool started: the cannot-find error, and the next pool has it") {
  Registry functions = registry();
  Registry copy = functions;
  functions.define("early", [](double x) { return x; });
  {
    PoolFixture pool{functions, forked()};
    copy.define("late", [](double x) { return x + 1; });
    CHECK(message<CannotFind>(*pool, "late") ==
          "cannot find map function 'late': it was defined after this pool started, so the pool's workers do "
          "not have it; define it first");
    CHECK(
        message<CannotFind>(*pool, "erly") ==
        "cannot find map function 'erly': no function of that name was defined before the pool started, and "
        "a plugin's function is named module.function (did you mean 'early'?)");
    CHECK(pool->apply<double>("early", 1.0) == 1);
  }
  PoolFixture pool{functions, forked()};
  CHECK(pool->apply<double>("late", 1.0) == 2);
}

TEST_CASE("in a pool that was started by exec, a dynamic function is known to the host only") {
  Registry functions = registry();
  functions.define("triple", [](double x) { return 3 * x; });
  PoolFixture pool{functions, {.workers = 1, .start_method = StartMethod::exec}};
  const std::string expected =
      "it is known only to this process, and the pool's workers were started by StartMethod::exec; "
      "StartMethod::fork copies the process";
  CHECK(message<CannotFind>(*pool, "triple") == "cannot find map function 'triple': " + expected);
  functions.define("later", [](double x) { return x; });
  CHECK(message<CannotFind>(*pool, "later") == "cannot find map function 'later': " + expected);
}

TEST_CASE("automatic forks when functions are defined, and only then") {
  const auto comm = [](const Registry& functions) {
    Pool pool{functions, {.workers = 1, .allow_fork_with_threads = always_threads}};
    wait_for([&] { return pool.worker_pids().size() == 1; });
    return std::filesystem::read_symlink("/proc/" + std::to_string(pool.worker_pids()[0]) + "/exe")
        .filename();
  };
  Registry functions = registry();
  CHECK(comm(functions) == "prong-zygote");
  functions.define("one", [](bool) { return 1; });
  CHECK(comm(functions) == std::filesystem::read_symlink("/proc/self/exe").filename());
}

TEST_CASE("threads define at the same time; once they are joined, they are no threads of the host") {
  Registry functions = registry();
  for (int round = 0; round < 50; ++round) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&functions, round, thread] {
        functions.define("f" + std::to_string(round * 4 + thread),
                         [value = round * 4.0 + thread](bool) { return value; });
      });
    }
    for (std::thread& thread : threads)
      thread.join();
    if (round % 10 != 0) continue;
    Pool pool{functions, forked(1)};
    CHECK(pool.apply<double>("f" + std::to_string(round * 4), true) == round * 4);
  }
}

TEST_CASE("a worker that uses a pool of the host is told so") {
  Registry functions = registry();
  Pool fresh{functions, {.workers = 1}};
  functions.define("inside", [&fresh](double x) { return fresh.apply<double>("examples.square", x); });
  Pool pool{functions, forked(1)};
  const auto outcomes = pool.map_outcomes<double>("inside", std::vector{1.0});
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].what ==
        "a pool works only in the process that made it, not in a child of that");
}

TEST_CASE("a pool in a worker works, of either kind") {
  Registry functions = registry();
  functions.define("inner", [](double x) {
    Registry own = registry();
    own.define("cube", [](double y) { return y * y * y; });
    Pool forked_pool{own, forked(1)};
    Pool fresh_pool{registry(), {.workers = 1, .start_method = StartMethod::exec}};
    return forked_pool.apply<double>("cube", x) + fresh_pool.apply<double>("examples.square", x);
  });
  PoolFixture pool{functions, forked(1)};
  CHECK(pool->map<double>("inner", std::vector{2.0, 3.0})[1] == 36);
}

}  // namespace prong::test
