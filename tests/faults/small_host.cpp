// small_host [--once]: a small host, from the making of a pool to its end. Disturbed between its two marks, it
// either gets what it asked for or is told why not by a prong::Error; a pool that is not broken answers when
// it is asked again; and nothing is left in this process. Unless told --once, it then does the same again,
// undisturbed. One line on standard output says how it went; exit status 0 when it was as it should be.
#include "small_host_marks.hpp"

#include <prong/prong.hpp>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
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

// A pool's whole life. What it was told, if it was told anything. What disturbs it `lasts`, or comes once.
std::string live(bool lasts) {
  std::string told;
  try {
    Pool pool{Registry{{.plugin_path = {PRONG_TEST_CULPRITS}}}, {.workers = 2}};
    try {
      use(pool);
    } catch (const PoolBroken&) {
      throw;
    } catch (const Error& error) {
      told = error.what();
      if (!lasts) use(pool);
    }
    pool.close();
    pool.join();
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
  expect(entries_of("/proc/self/task") == 1, "a thread is left");
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);)
    expect(line.find("memfd:prong") == std::string::npos, "a mapping is left: " + line);
}

std::string try_once(bool lasts) {
  const std::size_t descriptors = entries_of("/proc/self/fd");
  ::syscall(mark_begin);
  const std::string told = live(lasts);
  ::syscall(mark_end);
  expect_nothing_left(descriptors);
  return told;
}

int run(bool once) {
  const std::string told = try_once(once);
  if (!once) {
    const std::string again = try_once(once);
    expect(again.empty(), "told, and told again when nothing was wrong any more: " + told + "; " + again);
  }
  std::printf("%s\n", told.empty() ? "right" : ("told: " + told).c_str());
  return 0;
}

}  // namespace

}  // namespace prong::test

int main(int count, char** arguments) {
  try {
    return prong::test::run(count > 1 && std::string_view{arguments[1]} == "--once");
  } catch (const std::exception& error) {
    std::printf("wrong: %s\n", error.what());
    return 1;
  }
}
