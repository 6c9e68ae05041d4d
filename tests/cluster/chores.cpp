// The module `chores`: functions that tell who ran them and how often, and that wait until they are let go.
#include <prong/plugin.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>

namespace chores {

namespace {

std::string node_name() {
  const char* name = std::getenv("PRONG_TEST_NODE");
  return name != nullptr ? name : "none";
}

// Whether this call is the one that made the file, and wrote into it which node runs it, in which process.
bool signs(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const std::string name = node_name() + ' ' + std::to_string(::getpid());
  const bool written = ::write(file, name.data(), name.size()) == static_cast<ssize_t>(name.size());
  ::close(file);
  if (!written) throw std::runtime_error("cannot write " + path);
  return true;
}

// How often that was run in the folder by now; "NAME.1" in it is the first time. Returns when there is a file
// "open", or "open.NAME" for this alone.
std::int64_t run_when_open(const std::string& folder, const std::string& name) {
  std::int64_t number = 1;
  while (!signs(folder + '/' + name + '.' + std::to_string(number)))
    ++number;
  const std::string gate = folder + "/open";
  const std::string own_gate = gate + '.' + name;
  while (!std::filesystem::exists(gate) && !std::filesystem::exists(own_gate))
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  return number;
}

}  // namespace

std::int64_t triple(std::int64_t x) { return 3 * x; }

std::string node(std::int64_t) { return node_name(); }

std::int64_t attempt(std::int64_t x, std::string folder) { return run_when_open(folder, std::to_string(x)); }

// In the folder of the test, "sum.1" and so on.
std::int64_t sum(std::span<const std::int64_t> results) {
  run_when_open(std::getenv("PRONG_TEST_RUNS"), "sum");
  return std::accumulate(results.begin(), results.end(), std::int64_t{0});
}

// So many megabytes; notes that it ran as attempt() does.
std::string fat(std::int64_t megabytes) {
  const std::string name = std::getenv("PRONG_TEST_RUNS") + std::string{"/fat."};
  for (int number = 1; !signs(name + std::to_string(number)); ++number) {
  }
  return std::string(static_cast<std::size_t>(megabytes) << 20, 'x');
}

std::int64_t crash_at(std::int64_t x, std::int64_t where) {
  if (x == where) std::abort();
  return 3 * x;
}

}  // namespace chores

PRONG_MODULE(chores, "What the tests of engines call", "1.0", "MIT")

PRONG_MAP(chores, triple, "Three times x", x)
PRONG_RESULT(chores, triple, sum, "Their sum", results)
PRONG_MAP(chores, node, "Which one runs it", x)
PRONG_MAP(chores, attempt, "How often x was run", x, folder)
PRONG_MAP(chores, fat, "So many megabytes", megabytes)
PRONG_MAP(chores, crash_at, "Three times x; crashes at one", x, where)
