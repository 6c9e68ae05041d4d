// What plugins print: never among results, bounded, and with the account of a death.
#include "fixture.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace prong::test {

namespace {

// Stands in for standard error while it lives.
class CapturedError {
 public:
  CapturedError() : saved_{::dup(STDERR_FILENO)} {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    reading_ = ends[0];
  }
  ~CapturedError() {
    restore();
    ::close(reading_);
  }
  CapturedError(const CapturedError&) = delete;
  CapturedError& operator=(const CapturedError&) = delete;
  void restore() {
    if (saved_ >= 0) ::dup2(saved_, STDERR_FILENO);
    if (saved_ >= 0) ::close(saved_);
    saved_ = -1;
  }
  std::string text() {
    std::array<char, 65536> bytes;
    ssize_t count = 0;
    while ((count = ::read(reading_, bytes.data(), bytes.size())) > 0) {
      text_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return text_;
  }

 private:
  int saved_;
  int reading_ = -1;
  std::string text_;
};

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
  Pool pool{registry(), {.workers = 2}};
  // 50 MB of lines, control characters and broken UTF-8, with nobody reading our standard error.
  CHECK(pool.apply<double>("culprits.flood", 50e6) == 50e6);
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
  error.restore();
  CHECK(error.text().size() < 200'000);
  CHECK(error.text().find('\x1b') == std::string::npos);
}

}  // namespace prong::test
