// Behaviours of docs/behaviours.md that no other file of this folder tests.
#include "fixture.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

namespace prong::test {

using namespace std::chrono_literals;

namespace {

constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

bool is_one_letter(std::string_view text) {
  return std::memcmp(text.data(), text.data() + 1, text.size() - 1) == 0;
}

std::int64_t memory_available() {
  std::ifstream file{"/proc/meminfo"};
  std::int64_t kibibytes = 0;
  for (std::string word; file >> word;) {
    if (word == "MemAvailable:") file >> kibibytes;
  }
  return kibibytes << 10;
}

// Of /proc/PID/stat: the state and the parent.
struct Process {
  char state = 0;
  int parent = 0;
};
Process process(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string line;
  std::getline(file, line);
  Process found;
  if (const auto name_end = line.rfind(')'); name_end != std::string::npos) {
    std::istringstream{line.substr(name_end + 1)} >> found.state >> found.parent;
  }
  return found;
}

std::size_t living_children(int pid) {
  const std::string number = std::to_string(pid);
  std::ifstream file{"/proc/" + number + "/task/" + number + "/children"};
  std::size_t living = 0;
  for (int child = 0; file >> child;) {
    const char state = process(child).state;
    living += state != 0 && state != 'Z' && state != 'X' ? 1 : 0;
  }
  return living;
}

// A control group that may use one processor, with a group inside that has no limit of its own. Only where
// this process may make one.
class OneProcessor {
 public:
  OneProcessor() {
    for (const char* root : {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup"}) {
      outer_ = std::filesystem::path{root} / ("prong-test-" + std::to_string(::getpid()));
      std::error_code error;
      if (!std::filesystem::create_directory(outer_, error)) continue;
      const bool version_1 = write("cpu.cfs_period_us", "100000") && write("cpu.cfs_quota_us", "100000");
      usable_ = (version_1 || write("cpu.max", "100000 100000")) &&
                std::filesystem::create_directory(inner(), error);
      if (usable_) return;
      std::filesystem::remove(outer_, error);
    }
  }
  ~OneProcessor() {
    if (!usable_) return;
    // Busy, until the last process that was in it is gone.
    std::error_code error;
    wait_for([&] { return std::filesystem::remove(inner(), error); });
    std::filesystem::remove(outer_, error);
  }
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] bool enter() const { return write("inner/cgroup.procs", "0"); }

 private:
  [[nodiscard]] std::filesystem::path inner() const { return outer_ / "inner"; }
  [[nodiscard]] bool write(const char* file, const char* text) const {
    if (!std::filesystem::exists(outer_ / file)) return false;
    std::ofstream out{outer_ / file};
    return bool(out << text << std::flush);
  }

  std::filesystem::path outer_;
  bool usable_ = false;
};

}  // namespace

TEST_CASE("starmap gives the serial result, in order, with and without a chunk size") {
  PoolFixture pool;
  std::vector<std::tuple<double, double>> sides;
  for (int i = 0; i < 1000; ++i)
    sides.emplace_back(3 * i, 4 * i);
  for (const std::uint64_t chunk : {0U, 1U, 7U, 5000U}) {
    const auto lengths = pool->starmap<double>("examples.hypot", sides, {.chunk_size = chunk});
    REQUIRE(lengths.size() == 1000);
    for (std::size_t i = 0; i < lengths.size(); ++i)
      REQUIRE(lengths[i] == 5.0 * static_cast<double>(i));
  }
}

TEST_CASE("a result that is too large is that item's failure, and the worker survives") {
  PoolFixture pool{{.workers = 1}};
  static_cast<void>(pool->apply<std::string>("extremes.zeros", std::int64_t{1}));
  const auto workers = pool->worker_pids();
  const std::vector<std::int64_t> sizes{3, 5 * gibibyte, 4};
  const auto outcomes = pool->map_outcomes<std::string>("extremes.zeros", sizes, {.chunk_size = 3});
  REQUIRE(outcomes.failures().size() == 1);
  CHECK(outcomes.failures()[0].index == 1);
  CHECK(outcomes.failures()[0].ending == Ending::too_large);
  CHECK(outcomes.failures()[0].what.find(std::to_string(5 * gibibyte)) != std::string::npos);
  CHECK(outcomes[2].value() == std::string(4, '\0'));
  CHECK(pool->worker_pids() == workers);
}

// Its bytes are not there: whoever reads them, to print them say, dies.
TEST_CASE("a result that is said to be too large is not looked at") {
  PoolFixture pool{{.workers = 1}};
  static_cast<void>(pool->apply<std::string>("extremes.claim", std::uint64_t{1}));
  const auto workers = pool->worker_pids();
  const std::vector<std::uint64_t> sizes{1, UINT64_MAX, 5 * gibibyte, std::uint64_t{1} << 63, 1};
  for (const Encoding results : {Encoding::native, Encoding::msgpack, Encoding::json, Encoding::text}) {
    CAPTURE(static_cast<int>(results));
    Job job = pool->submit({.function = "extremes.claim", .results = results, .chunk_size = sizes.size()},
                           {.bytes = std::as_bytes(std::span{sizes}), .count = sizes.size()});
    const ResultSet set{job.collect()};
    REQUIRE(set.failures().size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(set.failures()[i].index == i + 1);
      CHECK(set.failures()[i].ending == Ending::too_large);
      CHECK(set.failures()[i].what == "a result of " + std::to_string(sizes[i + 1]) +
                                          " bytes; the limit is " + std::to_string(4 * gibibyte));
    }
  }
  CHECK(pool->worker_pids() == workers);
}

TEST_CASE("more than 2 GiB in one argument, and in one result") {
  if (memory_available() < 8 * gibibyte) {  // twice as much is in use
    MESSAGE("not enough memory");
    return;
  }
  constexpr std::size_t size = (std::size_t{2} << 30) + 4097;
  {
    PoolFixture pool{{.workers = 1}};
    void* const zeros = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(zeros != MAP_FAILED);
    CHECK(pool->apply<std::uint64_t>("extremes.size",
                                     std::string_view{static_cast<const char*>(zeros), size}) == size);
    ::munmap(zeros, size);
  }
  PoolFixture pool{{.workers = 1}};
  const auto results = pool->map<std::string_view>(
      "extremes.zeros", std::vector<std::int64_t>{1, static_cast<std::int64_t>(size), 2});
  REQUIRE(results[1].size() == size);
  CHECK(is_one_letter(results[1]));
  CHECK(results[2].size() == 2);
}

TEST_CASE("cancel and terminate wake a producer that waits for room") {
  for (const bool cancels : {true, false}) {
    CAPTURE(cancels);
    PoolFixture pool;
    pool.expect_ended();
    const std::vector<double> hours(100, 3600);
    const Items items{.bytes = std::as_bytes(std::span{hours}), .count = hours.size()};
    Job job = pool->open({.function = "examples.slow", .window_bytes = items.bytes.size()});
    job.push(items);
    std::thread producer{[&] {
      try {
        job.push(items);
      } catch (const UsageError&) {
        // Nobody wants it any more.
      }
    }};
    std::this_thread::sleep_for(20ms);  // makes it likely that it waits by now
    CHECK(job.progress().pushed == hours.size());
    if (cancels) {
      job.cancel();
    } else {
      pool->terminate();
    }
    producer.join();
    // And is told that it is over, or it would produce for ever.
    CHECK_THROWS_AS(job.push(items), UsageError);
    const ResultSet results{job.collect()};
    for (const Failure& failure : results.failures())
      CHECK(failure.ending == (cancels ? Ending::cancelled : Ending::lost));
  }
}

TEST_CASE("results that come late are not counted, and none is counted twice") {
  PoolFixture pool;
  std::vector<double> xs(200);
  for (std::size_t i = 0; i < xs.size(); ++i)
    xs[i] = i % 10 == 3 ? 0.0205 : 0.0005;
  Job job = pool->submit({.function = "examples.slow", .chunk_size = 5, .timeout = 20ms},
                         {.bytes = std::as_bytes(std::span{xs}), .count = xs.size()});
  const ResultSet set{job.collect()};
  CHECK(set.size() == xs.size());
  CHECK(job.progress().ended == xs.size());
  CHECK(job.progress().handed_over == xs.size());
  CHECK(job.progress().failed == set.failures().size());
  CHECK(pool->statistics().items == xs.size());
  CHECK(pool->statistics().failures == set.failures().size());
}

TEST_CASE("a death between close and join fails its item, and no other") {
  PoolFixture pool;
  pool.expect_ended();
  std::vector<double> seconds(50, 0.002);
  seconds[0] = 3600;
  auto later = pool->map_async<double>("examples.slow", seconds, {.chunk_size = 1});
  wait_for([&] { return later.progress().ended >= 40; });
  const auto workers = pool->statistics().workers;
  pool->close();
  const auto busy = std::ranges::min_element(workers, {}, &WorkerStatistics::items);
  ::kill(busy->pid, SIGKILL);
  pool->join();
  try {
    static_cast<void>(later.get());
    FAIL("killed, and a result");
  } catch (const TaskFailed& failed) {
    CHECK(failed.failure().index == 0);
    CHECK(failed.failure().signal == SIGKILL);
  }
  CHECK(later.progress().failed == 1);
}

TEST_CASE("a pool never has more workers alive than it should, also while they die") {
  constexpr unsigned workers = 4;
  PoolFixture pool{{.workers = workers}};
  wait_for([&] { return pool->worker_pids().size() == workers; });
  const int zygote = process(pool->worker_pids()[0]).parent;
  std::size_t most = 0;
  std::atomic<bool> stop = false;
  std::thread observer{[&] {
    while (!stop)
      most = std::max(most, living_children(zygote));
  }};
  auto later = pool->map_async<double>("examples.slow", std::vector<double>(400, 0.002), {.chunk_size = 3});
  for (int round = 0; round < 100; ++round) {
    const auto pids = pool->worker_pids();
    if (!pids.empty()) ::kill(pids[static_cast<std::size_t>(round) % pids.size()], SIGKILL);
    std::this_thread::sleep_for(2ms);
  }
  later.wait();
  stop = true;
  observer.join();
  CHECK(most <= workers);
  CHECK(most > 0);
}

TEST_CASE("without a number, there are as many workers as this process may use processors") {
  cpu_set_t before;
  REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
    if (CPU_ISSET(cpu, &before)) CPU_SET(cpu, &one);
  }
  REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  const unsigned with_one = Pool{registry()}.workers();
  REQUIRE(::sched_setaffinity(0, sizeof before, &before) == 0);
  CHECK(with_one == 1);
}

TEST_CASE("the quota of an outer control group limits the number of workers") {
  const OneProcessor group;
  if (!group.usable()) {
    MESSAGE("no control group can be made");
    return;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    if (!group.enter()) ::_exit(2);
    ::_exit(Pool{registry()}.workers() == 1 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a seed gives the same random numbers, whatever the scheduling; another seed gives others") {
  const std::vector<double> xs(500, 0.0);
  std::vector<std::uint64_t> first;
  for (const unsigned workers : {1U, 4U}) {
    PoolFixture pool{{.workers = workers}};
    for (const std::uint64_t chunk : {0U, 1U, 17U}) {
      const std::vector<std::uint64_t> drawn =
          pool->map<std::uint64_t>("extremes.draw", xs, {.chunk_size = chunk, .seed = 42});
      if (first.empty()) first = drawn;
      CHECK(drawn == first);
    }
    CHECK(pool->map<std::uint64_t>("extremes.draw", xs, {.seed = 43}).to_vector() != first);
  }
  CHECK(std::set(first.begin(), first.end()).size() == xs.size());
}

TEST_CASE("workers do not share the state of a generator") {
  PoolFixture pool{{.workers = 4}};
  std::set<std::uint64_t> all;
  for (int round = 0; round < 5; ++round) {
    for (const std::uint64_t number :
         pool->map<std::uint64_t>("extremes.roll", std::vector<double>(200, 0.0), {.chunk_size = 1}))
      CHECK(all.insert(number).second);
  }
}

}  // namespace prong::test
