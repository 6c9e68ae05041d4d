// The gate between Prong's own threads and a fork.
#include "pool/fork_gate.hpp"

#include <prong/error.hpp>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <latch>
#include <string>

namespace prong::pool {

namespace {

// The thread sanitizer's own thread is a foreign one.
constexpr ForkPermit::Options despite{.despite_threads = true};

}  // namespace

TEST_CASE("threads that were joined are none, and Prong's own do not count") {
  std::latch end{1};
  std::thread own = start_own_thread([&] {
    const Parked here;
    end.wait();
  });
  const auto threads = [] { return ForkPermit{despite}.is_alone() ? 0 : 1; };
  const int before = threads();
  int after = 0;
  for (int round = 0; round < 2000; ++round) {
    std::thread{[] {}}.join();
    after = std::max(after, threads());
  }
  CHECK(after == before);
  end.count_down();
  own.join();
}

TEST_CASE("a fork waits until Prong's own threads are parked, from their start on") {
  for (int round = 0; round < 100; ++round) {
    std::atomic<bool> parked = false;
    std::latch end{1};
    std::thread own = start_own_thread([&] {
      parked = true;
      const Parked here;
      end.wait();
    });
    {
      const ForkPermit permit{despite};
      CHECK(parked);
    }
    end.count_down();
    own.join();
  }
}

TEST_CASE("while one forks, no parked thread wakes up, and nobody else forks") {
  std::latch parked{1};
  std::latch end{1};
  std::atomic<int> awake = 0;
  std::thread own = start_own_thread([&] {
    {
      const Parked here;
      parked.count_down();
      end.wait();
    }
    ++awake;
  });
  std::thread other;
  {
    const ForkPermit permit{despite};
    parked.wait();
    end.count_down();
    other = std::thread{[&] {
      const ForkPermit second{despite};
      ++awake;
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});  // time to do wrong
    CHECK(awake == 0);
  }
  own.join();
  other.join();
  CHECK(awake == 2);
}

TEST_CASE("Prong's own threads may fork too; then the host's are foreign, by name") {
  std::string sentence;
  std::thread own = start_own_thread([&] {
    {
      const ForkPermit permit{despite};
    }
    {
      const ForkPermit permit{despite};
    }
    try {
      const ForkPermit permit{{}};
    } catch (const UsageError& error) {
      sentence = error.what();
    }
  });
  own.join();
  CHECK(sentence.find("test_accounting") != std::string::npos);
}

TEST_CASE("a thread of Prong that does not come to rest holds a fork up for a bounded time") {
  std::latch end{1};
  std::thread own = start_own_thread([&] { end.wait(); });
  CHECK_THROWS_WITH_AS(ForkPermit{despite},
                       "cannot fork workers: 1 of Prong's own threads did not come to rest within 5 s; a "
                       "callback of another pool may be running",
                       PoolBroken);
  end.count_down();
  own.join();
  const ForkPermit permit{despite};
}

TEST_CASE("a child begins anew, whatever its parent was at") {
  std::latch end{1};
  std::thread own = start_own_thread([&] {
    const Parked here;
    end.wait();
  });
  pid_t child = 0;
  {
    const ForkPermit permit{despite};
    child = ::fork();
    if (child == 0) {
      {
        const ForkPermit anew{despite};
      }
      ::_exit(0);
    }
  }
  int status = -1;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  end.count_down();
  own.join();
}

}  // namespace prong::pool
