// Three calls, a death, and a look around.
#include "small_life.hpp"

#include <prong/prong.hpp>

#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace prong::test {

namespace {

// Not a prong::Error: nothing that a trial may be told.
[[noreturn]] void fail(const std::string& what) { throw std::logic_error{what}; }

void expect(bool right, const std::string& what) {
  if (!right) fail(what);
}

void square(Pool& pool) {
  const std::vector<double> squares = pool.map<double>("examples.square", std::vector<double>{1, 2, 3, 4});
  expect(squares == std::vector<double>{1, 4, 9, 16}, "wrong squares");
}

// One item kills its worker; the others return. Whoever is disturbed may fail more of them, but not change
// one.
void echo(Pool& pool) {
  const std::vector<std::string> items{"a", "crash", std::string(100'000, 'b'), ""};
  const auto outcomes = pool.map_outcomes<std::string>("culprits.echo", items, {.chunk_size = 2});
  expect(outcomes.size() == items.size(), "not as many outcomes as items");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto outcome = outcomes[i];
    if (outcome) expect(i != 1 && outcome.value() == items[i], "a wrong echo");
  }
  for (const Failure& failure : outcomes.failures()) {
    if (failure.index != 1) throw TaskFailed{failure};
  }
  expect(outcomes.failures().size() == 1, "an item that crashes has returned");
}

void kill_one(Pool& pool) {
  for (const int pid : pool.worker_pids()) {
    ::kill(pid, SIGKILL);
    return;
  }
}

void use(Pool& pool) {
  square(pool);
  kill_one(pool);
  echo(pool);
}

void expect_typed(const std::exception& error) {
  const bool typed = dynamic_cast<const Error*>(&error) || dynamic_cast<const TaskFailed*>(&error) ||
                     dynamic_cast<const std::bad_alloc*>(&error);
  expect(typed, std::string{"not an error of ours: "} + error.what());
}

}  // namespace

std::string live(const Life& life) {
  std::string told;
  try {
    Pool pool{Registry{{.plugin_path = {PRONG_TEST_CULPRITS}}},
              {.workers = 2, .start_method = life.start_method}};
    try {
      use(pool);
    } catch (const PoolBroken&) {
      throw;
    } catch (const std::exception& error) {
      expect_typed(error);
      told = error.what();
      if (life.disturbance == Disturbance::once) use(pool);
    }
    pool.close();
    pool.join();
  } catch (const std::bad_alloc& error) {
    told += std::string{told.empty() ? "" : "; "} + error.what();
  } catch (const Error& error) {
    told += std::string{told.empty() ? "" : "; "} + error.what();
  }
  return told;
}

std::size_t entries_of(const char* folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder}, {}));
}

void expect_nothing_left(std::size_t descriptors) {
  expect(::waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD, "a child is left");
  expect(entries_of("/proc/self/fd") == descriptors, "a descriptor is left");
  // One that was joined may still be listed for a moment. Whoever traces us has a watchdog.
  while (entries_of("/proc/self/task") != 1)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);)
    expect(line.find("memfd:prong") == std::string::npos, "a mapping is left: " + line);
}

}  // namespace prong::test
