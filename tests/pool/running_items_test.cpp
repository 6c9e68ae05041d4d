// Items that are with workers: what can end, and what cannot.
#include "pool/running_items.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <random>
#include <vector>

namespace prong::pool {

namespace {

// The signal that ends a child which does this; 0 when it comes to its end.
int death_of(const std::function<void()>& deed) {
  const int pid = ::fork();
  if (pid == 0) {
    ::close(STDERR_FILENO);
    ::signal(SIGABRT, SIG_DFL);  // the test runner has a handler
    deed();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("ranges leave whole, from either end and out of the middle") {
  RunningItems running;
  running.insert(10, 10);
  running.insert(0, 10);
  running.insert(20, 1);
  running.remove(12, 3);
  running.remove(10, 2);
  running.remove(19, 1);
  running.remove(15, 4);
  running.remove(0, 10);
  running.remove(20, 1);
  running.insert(0, 21);
}

TEST_CASE("an item that does not run cannot end, and one that runs cannot be handed out: asserted") {
  RunningItems running;
  running.insert(10, 10);
  running.remove(14, 2);
  CHECK(death_of([&] { running.remove(10, 4); }) == 0);
  for (const auto& [first, count] :
       std::vector<std::pair<std::uint64_t, std::uint64_t>>{{9, 1},
                                                            {9, 2},
                                                            {14, 1},
                                                            {13, 2},
                                                            {20, 1},
                                                            {19, 2},
                                                            {10, 10},
                                                            {10, ~std::uint64_t{0}},
                                                            {~std::uint64_t{0}, 1}}) {
    CAPTURE(first);
    CAPTURE(count);
    CHECK(death_of([&] { running.remove(first, count); }) == SIGABRT);
  }
  for (const auto& [first, count] :
       std::vector<std::pair<std::uint64_t, std::uint64_t>>{{10, 1}, {0, 11}, {13, 2}, {13, 3}, {16, 1}}) {
    CAPTURE(first);
    CHECK(death_of([&] { running.insert(first, count); }) == SIGABRT);
  }
  CHECK(death_of([&] { running.insert(14, 2); }) == 0);
  CHECK(death_of([&] { running.insert(20, 5); }) == 0);
}

}  // namespace prong::pool
