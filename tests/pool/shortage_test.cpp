// Workers and hosts without a descriptor left: it says nothing about the plugins.
#include "fixture.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <span>

namespace prong::test {

namespace {

// As long as it lives, this process can open nothing.
class Shortage {
 public:
  Shortage() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{64, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int taken = 0; (taken = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;)
      taken_.push_back(taken);
  }
  ~Shortage() {
    for (const int taken : taken_)
      ::close(taken);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  Shortage(const Shortage&) = delete;
  Shortage& operator=(const Shortage&) = delete;

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

void use_up_descriptors(Pool& pool) { CHECK(pool.apply<double>("hoards.descriptors", 64.0) > 0); }

}  // namespace

TEST_CASE("a worker that cannot open a file any more is replaced by one that can") {
  const Folder folder;
  Pool pool{registry(), {.workers = 1}};
  SUBCASE("to look at it") { use_up_descriptors(pool); }
  SUBCASE("to load it") {
    CHECK(pool.describe("examples.square").name == "examples.square");
    use_up_descriptors(pool);
  }
  SUBCASE("to load what it depends on") {
    CHECK(pool.describe("needs_library.twice").name == "needs_library.twice");
    use_up_descriptors(pool);
    CHECK(pool.apply<double>("needs_library.twice", 21.0) == 42);
    return;
  }
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
}

TEST_CASE("a worker that cannot open a file any more gives its items back") {
  Pool pool{registry(), {.workers = 1}};
  Job job = pool.open({.function = "examples.square"});
  // The worker that has loaded the function goes; the next one has nothing left to load it with.
  kill_workers(pool);
  use_up_descriptors(pool);
  const std::vector<double> xs{3, 4};
  job.push({.bytes = std::as_bytes(std::span{xs}), .count = xs.size()});
  const ResultSet squares{job.collect()};
  CHECK(squares.failures().empty());
  CHECK(squares.size() == 2);
}

TEST_CASE("a host without descriptors says so, and looks again later") {
  Pool pool{registry(), {.workers = 1}};
  wait_for([&] { return pool.worker_pids().size() == 1; });
  {
    const Shortage shortage;
    try {
      static_cast<void>(pool.describe("examples.square"));
      FAIL("found without opening it");
    } catch (const Refused& refused) {
      CHECK(refused.code() == "out-of-resources");
    }
    const auto modules = pool.modules();
    CHECK_FALSE(modules.empty());
    CHECK(std::ranges::all_of(
        modules, [](const auto& one) { return one.refusal && one.refusal->code == "out-of-resources"; }));
  }
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
}

}  // namespace prong::test
