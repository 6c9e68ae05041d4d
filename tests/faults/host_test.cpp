// Hosts as they are: with threads that hold locks, with children, with another program in their place, on a
// starved machine, and inside a worker: groups D and E of the fault catalogue, but for what other tests
// cover.
#include "fixture.hpp"
#include "processes.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <numeric>
#include <stop_token>

namespace prong::test {

namespace {

std::vector<double> numbers(std::size_t count) {
  std::vector<double> all(count);
  std::iota(all.begin(), all.end(), 0.0);
  return all;
}

// Does `body` again and again, on a thread of its own.
std::jthread repeat(std::function<void()> body) {
  return std::jthread{[body = std::move(body)](const std::stop_token& stop) {
    while (!stop.stop_requested())
      body();
  }};
}

std::string output_of(const char* command) {
  std::FILE* pipe = ::popen(command, "r");
  std::string text;
  for (int byte = 0; (byte = std::fgetc(pipe)) != EOF;)
    text += static_cast<char>(byte);
  CHECK(::pclose(pipe) == 0);
  return text;
}

struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  std::array<int, 2> ends{};
};

// A host of its own with a busy pool of two, which then does `next`. Its pid, its zygote's and its workers'.
std::array<int, 4> start_host(const std::function<void()>& next) {
  const Pipe told;
  std::array<int, 4> pids{};
  pids[0] = ::fork();
  if (pids[0] != 0) {
    REQUIRE(::read(told.ends[0], pids.data() + 1, 3 * sizeof(int)) == 3 * sizeof(int));
    return pids;
  }
  Pool pool{registry(), {.workers = 2}};
  const auto hours = pool.map_async<double>("examples.slow", std::vector<double>{3600, 3600});
  wait_for([&] { return pool.worker_pids().size() == 2; });
  const auto workers = pool.worker_pids();
  const std::array<int, 3> processes{facts_of(workers[0])->parent, workers[0], workers[1]};
  static_cast<void>(!::write(told.ends[1], processes.data(), sizeof processes));
  next();
  ::_exit(1);
}

void expect_gone(const std::array<int, 4>& host) {
  for (const int pid : {host[1], host[2], host[3]})
    wait_for([&] { return has_ended(pid); });
}

void end_host(const std::array<int, 4>& host) {
  ::kill(host[0], SIGKILL);
  REQUIRE(::waitpid(host[0], nullptr, 0) == host[0]);
}

}  // namespace

TEST_CASE("pools are made while threads hold the locks of the C library") {
  ::flockfile(stdin);
  {
    const std::array threads{
        repeat([] {
          if (void* library = ::dlopen("libresolv.so.2", RTLD_NOW)) ::dlclose(library);
        }),
        repeat([] {
          for (const char* locale : {"C.UTF-8", "C"})
            std::setlocale(LC_ALL, locale);
        }),
        repeat([] {
          const std::time_t now = std::time(nullptr);
          std::tm local{};
          ::tzset();
          ::localtime_r(&now, &local);
        }),
        repeat([] { std::free(std::malloc(100)); }),
    };
    for (int i = 0; i < 40; ++i) {
      Pool pool{registry(), {.workers = 1}};
      CHECK(pool.apply<double>("examples.sqrt", 9.0) == 3);
    }
  }
  ::funlockfile(stdin);
}

TEST_CASE("a program that the host starts finds no descriptor of a pool") {
  constexpr const char* command = "ls /proc/self/fd";
  const std::string before = output_of(command);
  PoolFixture pool;
  wait_for([&] { return pool->worker_pids().size() == 2; });
  CHECK(output_of(command) == before);
}

TEST_CASE("the host is killed while a child of it holds all its descriptors: its pool is gone") {
  Pipe alive;
  const auto host = start_host([&] {
    if (::fork() == 0) {  // until nobody holds the other end
      ::close(alive.ends[1]);
      char ignored = 0;
      static_cast<void>(!::read(alive.ends[0], &ignored, 1));
      ::_exit(0);
    }
    ::pause();
  });
  end_host(host);
  expect_gone(host);
}

TEST_CASE("another program takes the host's place: its pool is gone") {
  const auto host = start_host([] { ::execl("/bin/sleep", "sleep", "3600", nullptr); });
  expect_gone(host);
  CHECK(is_alive(host[0]));
  end_host(host);
}

TEST_CASE("somebody asks a worker, or the zygote, to end: others take their places") {
  PoolFixture pool;
  wait_for([&] { return pool->worker_pids().size() == 2; });
  const int zygote = facts_of(pool->worker_pids()[0])->parent;
  for (const int pid : {pool->worker_pids()[0], zygote}) {
    ::kill(pid, SIGTERM);
    wait_for([&] { return has_ended(pid); });
    wait_for([&] { return pool->worker_pids().size() == 2; });
    CHECK(pool->apply<double>("examples.sqrt", 9.0) == 3);
  }
}

TEST_CASE("64 workers on one processor, at the lowest priority: none is taken for stuck") {
  const pid_t host = ::fork();
  if (host == 0) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
    ::sched_setaffinity(0, sizeof one, &one);
    ::setpriority(PRIO_PROCESS, 0, 19);
    Pool pool{registry(), {.workers = 64}};
    const auto xs = numbers(5000);
    const auto outcomes = pool.map_outcomes<double>("examples.sqrt", xs,
                                                    {.chunk_size = 1, .timeout = std::chrono::seconds{10}});
    ::_exit(outcomes.failures().empty() && pool.statistics().respawns == 0 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(host, &status, 0) == host);
  CHECK(status == 0);
}

TEST_CASE("as many tasks as a ring holds, one less, one more, and their items empty or not") {
  PoolFixture pool{{.workers = 1}};
  for (const std::size_t count : {0U, 1U, 2U, 3U, 7U, 8U, 9U, 63U, 64U, 65U, 1000U}) {
    CAPTURE(count);
    for (const std::size_t size : {0U, 1U, 4096U}) {
      const std::vector<std::string> items(count, std::string(size, 'x'));
      const auto echoes = pool->map<std::string>("culprits.echo", items, {.chunk_size = 1});
      CHECK(std::vector<std::string>(echoes) == items);
    }
  }
}

TEST_CASE("ten million items, and ten million results") {
  PoolFixture pool;
  const auto xs = numbers(10'000'000);
  const auto roots = pool->map<double>("examples.square", xs);
  REQUIRE(roots.size() == xs.size());
  bool right = true;
  for (std::size_t i = 0; i < xs.size(); ++i)
    right = right && roots[i] == xs[i] * xs[i];
  CHECK(right);
}

// A worker that is a fork of its host has the library too, and is a host as any other.
TEST_CASE("a pool inside a worker works, and is gone with it") {
  Registry functions = registry();
  functions.define("nested", [](double x) {
    auto* inner = new Pool{registry(), {.workers = 1, .start_method = StartMethod::exec}};
    if (inner->apply<double>("examples.sqrt", x * x) != x) throw std::runtime_error{"a wrong root"};
    return static_cast<double>(inner->worker_pids().at(0));
  });
  PoolFixture pool{functions, forked(1)};
  const int inner = static_cast<int>(pool->apply<double>("nested", 3.0));
  CHECK(is_alive(inner));
  kill_workers(*pool);
  wait_for([&] { return has_ended(inner); });
}

}  // namespace prong::test
