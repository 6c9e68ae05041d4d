// What plugins print: never among results, bounded, and with the account of a death.
#include "captured_error.hpp"
#include "fixture.hpp"

#include <cmath>
#include <cstdlib>
#include <string_view>

namespace prong::test {

namespace {

// What culprits.flood prints: lines until there are so many bytes, then one without an end.
constexpr double flood_line_bytes = 78;
constexpr double flood_long_line_bytes = 1e6;
double flooded(double bytes) {
  return std::ceil(bytes / flood_line_bytes) * flood_line_bytes + flood_long_line_bytes;
}

// How many of the flood's bytes the host's lines pass on, or tell as dropped.
double accounted_for(std::string_view lines) {
  double sum = 0;
  for (std::size_t end = 0; (end = lines.find('\n')) != std::string_view::npos;
       lines.remove_prefix(end + 1)) {
    std::string_view words = lines.substr(0, end);
    words.remove_prefix(words.find(": ", std::string_view{"prong: "}.size()) + 2);
    if (words.starts_with("… ")) {
      sum += std::strtod(words.data() + std::string_view{"… "}.size(), nullptr);
    } else {
      sum += words.starts_with('x') ? static_cast<double>(words.size()) : flood_line_bytes;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("lines that a plugin prints arrive on standard error, with the worker's pid") {
  CapturedError error;
  {
    Pool pool{registry(), {.workers = 1}};
    CHECK(pool.apply<double>("culprits.print", 42.0) == 42);
    wait_for([&] { return error.text().find("printed by a plugin: 42\n") != std::string::npos; });
    CHECK(error.text().find("prong: worker " + std::to_string(pool.worker_pids()[0]) +
                            ": printed by a plugin: 42\n") != std::string::npos);
  }
  error.restore();
}

TEST_CASE("the end of what a worker printed goes with its death") {
  CapturedError error;
  Pool pool{registry(), {.workers = 1}};
  const auto outcomes = pool.map_outcomes<double>("culprits.print_and_crash", std::vector<double>{0, 1, 0});
  error.restore();
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].output.ends_with("last words\n"));
  CHECK(outcomes.failures()[0].output.size() <= 4096);
}

TEST_CASE("a line that was begun arrives when the worker ends") {
  CapturedError error;
  {
    PoolFixture pool{{.workers = 1}};
    CHECK(pool->apply<double>("culprits.begin_line", 3.0) == 3);
  }
  CHECK(error.text().find(": begun\n") != std::string::npos);
}

TEST_CASE("a flood neither blocks the host nor grows it, and says what it dropped") {
  CapturedError error;
  {
    Pool pool{registry(), {.workers = 2}};
    // 50 MB of lines, control characters and broken UTF-8, with nobody reading our standard error.
    CHECK(pool.apply<double>("culprits.flood", 50e6) == 50e6);
    CHECK(pool.apply<double>("examples.square", 3.0) == 9);
    CHECK(error.text().size() < 200'000);
    // The pool lives on, and nothing more is printed: all is told but the end of a line that may go on.
    wait_for([&] { return accounted_for(error.text()) > flooded(50e6) - 1000; });
  }
  error.restore();
  CHECK(accounted_for(error.text()) == flooded(50e6));
  CHECK(error.text().find('\x1b') == std::string::npos);
}

TEST_CASE("what a flood dropped at its end is told when the worker ends") {
  CapturedError error;
  error.make_room();
  {
    PoolFixture pool{{.workers = 1}};
    CHECK(pool->apply<double>("culprits.flood", 1e5) == 1e5);
  }
  error.restore();
  CHECK(accounted_for(error.text()) == flooded(1e5));
}

}  // namespace prong::test
