// What a program can call on a pool is the same when its items run on the nodes of an engine.
#include "cluster/gearman/gearmand.hpp"

#include <prong/node.hpp>
#include <prong/prong.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <numeric>
#include <ranges>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace prong::test {

namespace {

using cluster::gearman::Gearmand;
using cluster::gearman::has_gearmand;

// A broker and one node of two workers.
struct Engine {
  Gearmand broker;
  EngineOptions options{.address = broker.address(), .patience = std::chrono::seconds{4}};
  Node node{Registry{}, {.engine = options, .pool = {.workers = 2}}};
  std::thread serving{[this] { node.serve(); }};
  Pool pool{Registry{}, {.engine = options}};

  ~Engine() {
    node.stop();
    serving.join();
  }
};

std::vector<double> numbers(std::size_t count) {
  std::vector<double> all(count);
  std::iota(all.begin(), all.end(), 0.0);
  return all;
}

}  // namespace

TEST_CASE("calls that wait") {
  if (!has_gearmand()) return;
  Engine engine;
  const auto xs = numbers(100'000);
  const Results<double> squares = engine.pool.map<double>("examples.square", xs);
  REQUIRE(squares.size() == xs.size());
  CHECK(squares.span().size() == xs.size());  // side by side, as from this machine's workers
  CHECK(squares[99'999] == 99'999.0 * 99'999.0);
  CHECK(engine.pool.apply<double>("examples.hypot", 3.0, 4.0) == 5);
  CHECK(engine.pool.run<std::string>("examples.square", numbers(3)) == "examples.square returned [0, 1, 4]");
  CHECK(engine.pool.run<std::string>("examples.square", numbers(1)) == "examples.square returned [0]");
  CHECK(engine.pool.run<std::string>("examples.square", numbers(0)) == "examples.square returned []");
  const auto upper = engine.pool.map<std::string>("examples.upper", std::vector<std::string>{"a", "", "bc"});
  CHECK(std::vector<std::string>(upper.begin(), upper.end()) == std::vector<std::string>{"A", "", "BC"});
  const auto cubes =
      engine.pool.map<double>("examples.power", numbers(4), {.bound = {prong::bind("exponent", 3.0)}});
  CHECK(cubes[3] == 27);
  CHECK(engine.pool.workers() == 2);
}

TEST_CASE("every item has its own ending") {
  if (!has_gearmand()) return;
  Engine engine;
  const auto outcomes = engine.pool.map_outcomes<double>("examples.sqrt", std::vector<double>{4, -1, 9, -2});
  CHECK(outcomes[0].value() == 2);
  CHECK(outcomes[1].failure().ending == Ending::threw);
  CHECK(outcomes[1].failure().index == 1);
  CHECK(outcomes[2].value() == 3);
  CHECK(outcomes[3].failure().index == 3);
  CHECK(outcomes.build() != nullptr);
  const auto crashed = engine.pool.map_outcomes<double>("examples.crash", std::vector<double>{0, 1, 0});
  CHECK(crashed[1].failure().signal == 11);
  CHECK(crashed[1].failure().crash->frames.size() > 0);
  CHECK(crashed.failures().size() == 1);
  CHECK(engine.pool.statistics().failures == 3);
}

TEST_CASE("streams, from the first call on") {
  if (!has_gearmand()) return;
  std::uint64_t next = 0;
  SUBCASE("in order") {
    Engine engine;
    for (const double square : engine.pool.imap<double>("examples.square", numbers(10'000))) {
      const double x = static_cast<double>(next++);
      CHECK(square == x * x);
    }
    CHECK(next == 10'000);
  }
  SUBCASE("as they come") {
    Engine engine;
    double sum = 0;
    for (const double square : engine.pool.imap_unordered<double>("examples.square", numbers(1000))) {
      sum += square;
      ++next;
    }
    CHECK(next == 1000);
    CHECK(sum == 332'833'500);
  }
  SUBCASE("of an endless range, by who stops early") {
    Engine engine;
    const auto endless = std::views::iota(0) | std::views::transform([](int x) { return double(x); });
    for (const double square : engine.pool.imap<double>("examples.square", endless)) {
      if (++next == 500) {
        CHECK(square == 499.0 * 499.0);
        break;
      }
    }
    CHECK(next == 500);
  }
}

TEST_CASE("calls that come back later") {
  if (!has_gearmand()) return;
  Engine engine;
  std::atomic<double> told = 0;
  auto later = engine.pool.map_async<double>(
      "examples.square", numbers(5), {.callback = [&](const Results<double>& all) { told = all[4]; }});
  CHECK(later.get()[4] == 16);
  CHECK(told == 16);
  Job job =
      engine.pool.open({.function = "examples.slow", .item_signature = "f64", .window_bytes = SIZE_MAX});
  const std::vector<double> long_times(4, 3600.0);
  job.push({.bytes = std::as_bytes(std::span{long_times}), .count = 4});
  job.cancel();
  for (const Piece& piece : job.collect())
    CHECK(piece.failures.size() == piece.count);
  // The node hears that nobody wants them, and is free again.
  CHECK(engine.pool.apply<double>("examples.square", 3.0) == 9);
}

TEST_CASE("items that nobody wants any more, at a node") {
  if (!has_gearmand()) return;
  Engine engine;
  Job job = engine.pool.open({.function = "examples.slow",
                              .item_signature = "f64",
                              .results = Encoding::json,
                              .chunk_size = 4,
                              .retries = 3});
  const std::vector<double> times{0, 3600, 0, 3600};
  job.push({.bytes = std::as_bytes(std::span{times}), .count = times.size()});
  // So that it is there; in either order, they end so.
  std::this_thread::sleep_for(std::chrono::milliseconds{500});
  job.cancel(1);
  job.cancel(3);
  job.cancel(3);
  job.cancel(4);  // which is none
  std::vector<std::pair<std::uint64_t, Ending>> failed;
  for (const Piece& piece : job.collect())
    for (const Failure& failure : piece.failures)
      failed.emplace_back(failure.index, failure.ending);
  CHECK(failed ==
        std::vector<std::pair<std::uint64_t, Ending>>{{1, Ending::cancelled}, {3, Ending::cancelled}});
  CHECK(engine.pool.apply<double>("examples.square", 3.0) == 9);
}

TEST_CASE("what is wrong with a call is thrown where it is made") {
  if (!has_gearmand()) return;
  Engine engine;
  CHECK_THROWS_AS(static_cast<void>(engine.pool.apply<double>("examples.sqare", 1.0)), CannotFind);
  CHECK_THROWS_AS(static_cast<void>(engine.pool.apply<double>("triple", 1.0)), CannotFind);
  CHECK_THROWS_AS(static_cast<void>(engine.pool.apply<std::string>("examples.square", 1.0)), Mismatch);
  CHECK_THROWS_AS(static_cast<void>(engine.pool.map<double>("examples.power", numbers(2),
                                                            {.bound = {prong::bind("wrong", 3.0)}})),
                  Mismatch);
  CHECK_THROWS_AS(static_cast<void>(engine.pool.modules()), UsageError);
  CHECK_THROWS_AS(engine.pool.resize(3), UsageError);
  CHECK(engine.pool.describe("examples.square").pure);
  CHECK_THROWS_AS(static_cast<void>(engine.pool.describe("examples.hypot", FunctionKind::result)),
                  CannotFind);
  engine.pool.close();
  CHECK_THROWS_AS(static_cast<void>(engine.pool.apply<double>("examples.square", 1.0)), UsageError);
  engine.pool.join();
}

TEST_CASE("a pool ends, whatever others are about to ask of it") {
  if (!has_gearmand()) return;
  SUBCASE("when it was closed, and a call came later") {
    Engine engine;
    engine.pool.close();
    engine.pool.join();
    CHECK_THROWS_AS(static_cast<void>(engine.pool.apply<double>("examples.square", 1.0)), UsageError);
  }
  SUBCASE("while another thread waits for an engine that is not there") {
    Pool pool{Registry{}, {.engine = {.address = "gearman://127.0.0.1:1"}}};
    std::thread asking{
        [&] { CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("examples.square", 1.0)), Error); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{200});  // in either order, it has to end
    pool.terminate();
    std::thread joining{[&] { pool.join(); }};
    pool.join();
    joining.join();
    asking.join();
  }
}

TEST_CASE("options of an engine are refused where there is none, or one that they say nothing about") {
  const auto with = [](EngineOptions options) {
    static_cast<void>(Pool{Registry{}, {.engine = std::move(options)}});
  };
  CHECK_THROWS_WITH_AS(with({.key = "key"}), "engine.key is of an engine, and engine.address names none",
                       UsageError);
  CHECK_THROWS_AS(with({.insecure = true}), UsageError);
  CHECK_THROWS_AS(with({.any_build = true}), UsageError);
  CHECK_THROWS_AS(with({.address = "gearman://127.0.0.1", .patience = std::chrono::hours{25}}), UsageError);
}

TEST_CASE("options that are a matter of each node are refused") {
  const auto with = [](PoolOptions options) {
    options.engine.address = "gearman://127.0.0.1:1";
    Pool{Registry{}, options};
  };
  CHECK_THROWS_AS(with({.workers = 2}), UsageError);
  CHECK_THROWS_AS(with({.load_timeout = std::chrono::milliseconds{5}}), UsageError);
  CHECK_THROWS_AS(with({.sandbox = Sandbox::strict}), UsageError);
  CHECK_THROWS_AS(with({.memory_limit = 1 << 30}), UsageError);
}

}  // namespace prong::test
