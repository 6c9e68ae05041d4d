// Workers that are forked from the host: what they have of it, what they must not have, and hosts of all
// kinds.
#include "fixture.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <latch>
#include <numeric>

namespace prong::test {

namespace {

Registry with_triple() {
  Registry functions = registry();
  functions.define("triple", [k = 3.0](double x) { return k * x; });
  functions.define("slow", [](double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    return seconds;
  });
  return functions;
}

int parent_of(int pid) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string word; status >> word;) {
    if (word == "PPid:") status >> pid;
  }
  return pid;
}

// Whether `body` is true in a child of this process.
template <class Body>
bool in_child(const Body& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool good = false;
    try {
      good = body();
    } catch (const std::exception& error) {
      ::dprintf(STDERR_FILENO, "in a child: %s\n", error.what());
    }
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What a program prints on standard output.
std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> bytes;
  for (std::size_t count = 0; (count = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;)
    text.append(bytes.data(), count);
  CHECK(::pclose(pipe) == 0);
  return text;
}

// As long as it lives, a signal has another action.
class Action {
 public:
  Action(int number, void (*handler)(int)) : number_{number}, before_{std::signal(number, handler)} {}
  ~Action() { std::signal(number_, before_); }
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;

 private:
  int number_;
  void (*before_)(int);
};

std::atomic<int> deaths = 0;
void count_death(int) { ++deaths; }

}  // namespace

TEST_CASE("a host with threads is refused with a sentence, unless it allows it; exec does not mind") {
  if (always_threads) return;
  const Registry functions = with_triple();
  const std::size_t before = open_descriptors();
  std::latch end{1};
  std::jthread thread{[&] {
    ::prctl(PR_SET_NAME, "its-thread");
    end.wait();
  }};
  for (const StartMethod method : {StartMethod::automatic, StartMethod::fork}) {
    try {
      const Pool pool{functions, {.workers = 1, .start_method = method}};
      FAIL("it forked");
    } catch (const UsageError& error) {
      const std::string sentence = error.what();
      CAPTURE(sentence);
      CHECK(sentence.starts_with("cannot fork workers from a process with 1 other thread ("));
      CHECK(sentence.find("PoolOptions::allow_fork_with_threads") != std::string::npos);
    }
  }
  CHECK(open_descriptors() == before);
  {
    Pool pool{functions, {.workers = 1, .allow_fork_with_threads = true}};
    CHECK(pool.apply<double>("triple", 2.0) == 6);
    Pool fresh{functions, {.workers = 1, .start_method = StartMethod::exec}};
    CHECK(fresh.apply<double>("examples.square", 2.0) == 4);
  }
  end.count_down();
  thread.join();
  PoolFixture pool{functions, forked(1)};
  CHECK(pool->apply<double>("triple", 2.0) == 6);
}

TEST_CASE("threads that allocate all the time do no harm to an allowed fork") {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop)
        static_cast<void>(std::vector<std::string>(100, std::string(100, 'x')));
    });
  }
  const Registry functions = with_triple();
  for (int round = 0; round < 30; ++round) {
    Pool pool{functions, {.workers = 1, .allow_fork_with_threads = true}};
    CHECK(pool.apply<double>("triple", 2.0) == 6);
  }
  stop = true;
}

TEST_CASE("a pool that was made by a thread outlives that thread") {
  for (const StartMethod method : {StartMethod::exec, StartMethod::fork}) {
    std::unique_ptr<Pool> pool;
    std::thread{[&] {
      pool = std::make_unique<Pool>(
          with_triple(), PoolOptions{.workers = 2, .start_method = method, .allow_fork_with_threads = true});
    }}.join();
    CHECK(pool->apply<double>("examples.square", 3.0) == 9);
    if (method == StartMethod::fork) CHECK(pool->apply<double>("triple", 3.0) == 9);
  }
}

TEST_CASE("pools that fork while others live and work; Prong's own threads do not count") {
  const Registry functions = with_triple();
  const std::size_t before = open_descriptors();
  {
    Pool fresh{functions, {.workers = 2, .start_method = StartMethod::exec}};
    Pool first{functions, forked()};
    const std::vector<double> seconds(400, 0.001);
    const auto submit = [&](Pool& pool, const char* name) {
      return pool.submit({.function = name, .chunk_size = 1},
                         {.bytes = std::as_bytes(std::span{seconds}), .count = seconds.size()});
    };
    Job there = submit(fresh, "examples.slow");
    Job here = submit(first, "slow");
    for (int round = 0; round < 20; ++round) {
      Pool pool{functions, forked(1)};
      CHECK(pool.apply<double>("triple", 5.0) == 15);
    }
    for (Job* job : {&there, &here}) {
      const ResultSet set{job->collect()};
      CHECK(set.size() == seconds.size());
      CHECK(set.failures().empty());
    }
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("neither a wait of the host nor SIGCHLD ever tells of a pool") {
  for (const StartMethod method : {StartMethod::exec, StartMethod::fork}) {
    deaths = 0;
    const Action action{SIGCHLD, count_death};
    {
      PoolFixture pool{with_triple(),
                       {.workers = 2, .start_method = method, .allow_fork_with_threads = always_threads}};
      CHECK(pool->apply<double>("examples.square", 2.0) == 4);
      int status = 0;
      CHECK(::waitpid(-1, &status, WNOHANG) == -1);
      CHECK(errno == ECHILD);
    }
    CHECK(deaths == 0);
  }
}

TEST_CASE("hosts that ignore SIGCHLD, or block all signals, or have a child of their own") {
  for (const StartMethod method : {StartMethod::exec, StartMethod::fork}) {
    const PoolOptions options{
        .workers = 2, .start_method = method, .allow_fork_with_threads = always_threads};
    {
      const Action action{SIGCHLD, SIG_IGN};
      PoolFixture pool{with_triple(), options};
      CHECK(pool->apply<double>("examples.square", 2.0) == 4);
    }
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &before);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(3);
    {
      PoolFixture pool{with_triple(), options};
      CHECK(pool->apply<double>("examples.square", 2.0) == 4);
    }
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    int status = 0;
    CHECK(::waitpid(-1, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 3);
  }
}

TEST_CASE("a host that forks: the pool is inert in the child, which may make its own, and lives on here") {
  if (always_threads) return;  // the thread sanitizer allows no thread in a child
  const Registry functions = with_triple();
  PoolFixture pool{functions, forked()};
  CHECK(pool->apply<double>("triple", 1.0) == 3);
  CHECK(in_child([&] {
    bool told = false;
    try {
      static_cast<void>(pool->apply<double>("triple", 1.0));
    } catch (const UsageError&) {
      told = true;
    }
    (*pool).~Pool();
    Pool forked_pool{functions, forked(1)};
    Pool fresh_pool{functions, {.workers = 1, .start_method = StartMethod::exec}};
    return told && forked_pool.apply<double>("triple", 2.0) == 6 &&
           fresh_pool.apply<double>("examples.square", 2.0) == 4;
  }));
  CHECK(pool->apply<double>("triple", 2.0) == 6);
}

TEST_CASE("a forked zygote that dies is not replaced: all is lost at once, with the reason") {
  const char* reason = "the zygote died, and one that was forked from this process cannot be made again";
  PoolFixture pool{with_triple(), forked()};
  pool.expect_ended();
  wait_for([&] { return pool->worker_pids().size() == 2; });
  const auto workers = pool->worker_pids();
  const std::vector<double> hours(1000, 3600);
  Job job = pool->submit({.function = "slow", .chunk_size = 1},
                         {.bytes = std::as_bytes(std::span{hours}), .count = hours.size()});
  ::kill(parent_of(workers[0]), SIGKILL);
  const ResultSet set{job.collect()};
  CHECK(set.failures().size() == hours.size());
  std::size_t ran = 0;
  for (const Failure& failure : set.failures()) {
    CHECK(failure.ending == Ending::lost);
    ran += failure.what != reason ? 1U : 0U;
  }
  CHECK(ran <= 4);  // those say that the zygote died with their worker
  CHECK_THROWS_WITH_AS(static_cast<void>(pool->apply<double>("triple", 1.0)),
                       (std::string{"the pool is broken: "} + reason).c_str(), PoolBroken);
  for (const int pid : workers)
    wait_for([&] { return !is_alive(pid); });
}

TEST_CASE(
    "a forked zygote that dies: what plugins have started is ended all the same, and no child of the host") {
  const pid_t own = ::fork();
  if (own == 0) {
    ::setsid();
    for (;;)
      ::pause();
  }
  std::vector<int> left;
  {
    PoolFixture pool{with_triple(), forked(1)};
    pool.expect_ended();
    left.push_back(static_cast<int>(pool->apply<double>("culprits.leave_daemon", 0.0)));
    left.push_back(static_cast<int>(pool->apply<double>("culprits.leave_program", 0.0)));
    for (const int pid : left)
      REQUIRE(is_running(pid));
    ::kill(parent_of(pool->worker_pids()[0]), SIGKILL);
  }
  for (const int pid : left)
    wait_for([&] { return !is_running(pid); });
  CHECK(::waitpid(own, nullptr, WNOHANG) == 0);
  ::kill(own, SIGKILL);
  CHECK(::waitpid(own, nullptr, 0) == own);
}

TEST_CASE("many workers are forked from one snapshot, and killed ones are replaced from it") {
  PoolFixture pool{with_triple(), forked(100)};
  wait_for([&] { return pool->worker_pids().size() == 100; });
  // Fewer than may die in a row before they have come to life: some may not have.
  const auto workers = pool->worker_pids();
  for (std::size_t i = 0; i < 12; ++i)
    ::kill(workers[i * 8], SIGKILL);
  std::vector<double> xs(10'000);
  std::iota(xs.begin(), xs.end(), 0.0);
  const auto outcomes = pool->map_outcomes<double>("triple", xs, {.chunk_size = 10});
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (outcomes[i]) REQUIRE(outcomes[i].value() == 3 * xs[i]);
  }
  wait_for([&] { return pool->worker_pids().size() == 100; });
}

TEST_CASE("the host is killed: zygote and workers are gone") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const pid_t host = ::fork();
  if (host == 0) {
    Pool pool{with_triple(), forked()};
    wait_for([&] { return pool.worker_pids().size() == 2; });
    auto pids = pool.worker_pids();
    pids.push_back(parent_of(pids[0]));
    static_cast<void>(!::write(ends[1], pids.data(), pids.size() * sizeof(int)));
    static_cast<void>(pool.map<double>("slow", std::vector<double>{3600, 3600}));
    ::_exit(0);
  }
  std::array<int, 3> pids{};
  REQUIRE(::read(ends[0], pids.data(), sizeof pids) == sizeof pids);
  ::kill(host, SIGKILL);
  REQUIRE(::waitpid(host, nullptr, 0) == host);
  for (const int pid : pids)
    wait_for([&] { return !is_alive(pid); });
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a forked worker has none of the host's descriptors, signals and input") {
  Registry functions = registry();
  functions.define("descriptors", [](bool) {
    std::vector<int> numbers;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"})
      numbers.push_back(std::stoi(entry.path().filename()));
    return static_cast<std::int64_t>(numbers.size()) - 1;  // but that of the iterator
  });
  functions.define("signals", [](const std::string& key) {
    std::ifstream status{"/proc/self/status"};
    for (std::string word, mask; status >> word >> mask;) {
      if (word == key) return mask;
    }
    return std::string{"none"};
  });
  functions.define("read", [](bool) { return std::getchar(); });
  functions.define("processor", [](std::int32_t number) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(number), &one);
    if (::sched_setaffinity(0, sizeof one, &one) != 0) return number;
    return ::sched_getcpu();
  });
  const Action ignores{SIGPIPE, SIG_IGN};
  const Action handles{SIGUSR1, count_death};
  std::FILE* file = std::tmpfile();
  Pool pool{functions, forked(1)};
  // Streams 0 to 2, and the eventfd that wakes the host.
  CHECK(pool.apply<std::int64_t>("descriptors", true) == 4);
  constexpr std::uint64_t of_glibc = 0x180000000;
  constexpr std::uint64_t of_crashes =
      0x400004f8;  // SIGILL, TRAP, ABRT, BUS, FPE, SEGV, SYS: worker/crash_handler
  for (const auto& [key, own] : {std::pair{"SigBlk:", of_glibc}, std::pair{"SigIgn:", of_glibc},
                                 std::pair{"SigCgt:", of_glibc | of_crashes}}) {
    CAPTURE(key);
    const auto mask = std::stoull(pool.apply<std::string>("signals", key), nullptr, 16);
    CHECK((mask & ~own) == 0);
  }
  CHECK(pool.apply<std::int32_t>("read", true) == EOF);
  for (const std::int32_t number : {0, 1, 0, 1})
    CHECK(pool.apply<std::int32_t>("processor", number) == number);
  std::fclose(file);
}

TEST_CASE("what the host prints, it prints once, and its handlers run once, whatever its workers do") {
  const std::string base =
      (std::filesystem::temp_directory_path() / ("prong-test-" + std::to_string(::getpid()))).string();
  const auto text_of = [](const std::string& path) {
    std::ifstream file{path};
    std::string text;
    std::getline(file, text, '\0');
    std::filesystem::remove(path);
    return text;
  };
  CHECK(output_of("printf 'first\nsecond\n' | " PRONG_TEST_PROGRAMS "/printing_host '" + base + "' 2>'" +
                  base + ".errors'") == "pending, end; read first, second\nhandler\ndestroyed\n");
  CHECK(text_of(base) == "pending in a file, and its end\npending in a stream, and its end\n");
  const std::string errors = text_of(base + ".errors");
  CAPTURE(errors);
  CHECK(errors.find(": a worker prints\n") != std::string::npos);
  CHECK(errors.find(": a worker leaves\n") != std::string::npos);
  for (const auto* of_the_host : {"pending", "handler", "destroyed"})
    CHECK(errors.find(of_the_host) == std::string::npos);
}

TEST_CASE("a pool may be a static object") {
  CHECK(output_of(PRONG_TEST_PROGRAMS "/static_pool") == "6\n9\nbye\n");
}

}  // namespace prong::test
