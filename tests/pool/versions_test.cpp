// Files that are replaced while the pool runs: a call keeps to the version that was there when it began.
#include "fixture.hpp"

#include <algorithm>
#include <span>

namespace prong::test {

namespace {

std::filesystem::path version(int number) {
  return std::filesystem::path{PRONG_TEST_VERSIONED} / std::to_string(number) / "versioned.so";
}

const Call call{.function = "versioned.version", .results = Encoding::json};

void push(Job& job, std::size_t count) {
  const std::vector<double> xs(count);
  job.push({.bytes = std::as_bytes(std::span{xs}), .count = count});
}

// What was printed, and each failure's message without the worker.
std::string lines(Job& job) {
  std::string text;
  for (const Piece& piece : job.collect()) {
    text.append(reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size());
    for (const Failure& failure : piece.failures)
      text += std::string{to_string(failure.ending)} + ": " + failure.what + '\n';
  }
  return text;
}

std::string why_it_fails(Pool& pool) {
  try {
    static_cast<void>(pool.apply<double>("examples.square", 3.0));
  } catch (const std::exception& error) {
    return error.what();
  }
  return "it does not";
}

// Where other functions are, too.
Registry beside(const Folder& folder) {
  return Registry{{.plugin_path = {folder.path, PRONG_TEST_PLUGINS}, .default_path = false}};
}

}  // namespace

TEST_CASE("a replaced file is used by the next call, without a restart") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{folder.registry(), {.workers = 2}};
  for (const int number : {1, 2, 1}) {
    folder.put(version(number), "versioned.so");
    const std::vector<double> all = pool.map<double>("versioned.version", std::vector<double>(1000));
    CHECK(std::ranges::count(all, number) == 1000);
  }
}

TEST_CASE("a call that runs ends with the version that it began with") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{folder.registry(), {.workers = 1}};
  Job job = pool.open(call);
  push(job, 2);
  folder.put(version(2), "versioned.so");
  push(job, 2);
  CHECK(lines(job) == "1\n1\n1\n1\n");
  CHECK(pool.apply<double>("versioned.version", 0.0) == 2);
}

TEST_CASE("what no worker can run any more is lost, with the reason, and nothing else is") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{folder.registry(), {.workers = 2}};
  Job job = pool.open(call);
  push(job, 1);
  CHECK(job.next()->failures.empty());
  folder.put(version(2), "versioned.so");
  kill_workers(pool);
  push(job, 2);
  const std::string lost =
      "lost: plugin replaced: " + (folder.path / "versioned.so").string() +
      " is no longer the file that the call began with, and no worker has that one; call "
      "again, which uses what is there now\n";
  CHECK(lines(job) == lost + lost);
  CHECK(pool.apply<double>("versioned.version", 0.0) == 2);
}

TEST_CASE("a call whose file was replaced ends where it is loaded, whatever workers come") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{folder.registry(), {.workers = 1}};
  Job job = pool.open({.function = "versioned.version", .results = Encoding::json, .chunk_size = 1});
  push(job, 1);
  CHECK(job.next()->failures.empty());
  folder.put(version(2), "versioned.so");
  pool.resize(3);
  wait_for([&] { return pool.worker_pids().size() == 3; });
  push(job, 50);
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += "1\n";
  CHECK(lines(job) == all);
}

TEST_CASE("a call of a replaced file waits for the one that needs the last worker with the old version") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  for (const unsigned workers : {1U, 2U}) {
    folder.put(version(1), "versioned.so");
    Pool pool{folder.registry(), {.workers = workers}};
    const auto older =
        pool.map_async<double>("versioned.linger", std::vector<double>(40, 0.005), {.chunk_size = 1});
    while (older.progress().ended == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    folder.put(version(2), "versioned.so");
    CHECK(pool.apply<double>("versioned.version", 0.0) == 2);
    const std::vector<double> all = older.get();
    CHECK(std::ranges::count(all, 1) == 40);
  }
}

TEST_CASE("a call whose file was removed goes on where it is loaded") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{folder.registry(), {.workers = 1}};
  Job job = pool.open(call);
  std::filesystem::remove(folder.path / "versioned.so");
  push(job, 2);
  CHECK(lines(job) == "1\n1\n");
  CHECK_THROWS_AS(static_cast<void>(pool.open(call)), CannotFind);
}

TEST_CASE("a plugin that crashes on load is left alone until it changes") {
  const Folder folder;
  folder.put(version(0), "versioned.so");
  Pool pool{folder.registry(), {.workers = 1}};
  CHECK_THROWS_AS(static_cast<void>(pool.open(call)), Refused);
  wait_for([&] { return pool.worker_pids().size() == 1; });
  const auto workers = pool.worker_pids();
  // Something else in the folder is no reason to let it kill another worker.
  folder.put(culprits() / "hoards.so", "hoards.so");
  CHECK_THROWS_AS(static_cast<void>(pool.open(call)), Refused);
  CHECK(pool.worker_pids() == workers);
  folder.put(version(1), "versioned.so");
  CHECK(pool.apply<double>("versioned.version", 0.0) == 1);
}

TEST_CASE("an initializer whose file was replaced is run in its new version by the workers that come later") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  // One, which has run it when a call returned: killed in the middle of it, a worker would break the pool.
  Pool pool{beside(folder), {.workers = 1, .initializer = initializer("versioned.version", 0.0)}};
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
  for (const int number : {2, 1}) {
    folder.put(version(number), "versioned.so");
    kill_workers(pool);
    const std::vector<double> all = pool.map<double>("versioned.version", std::vector<double>(100));
    CHECK(std::ranges::count(all, number) == 100);
  }
}

TEST_CASE("an initializer whose file was replaced while the closed pool's last call runs holds nobody up") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{beside(folder),
            {.workers = 1, .initializer = initializer("versioned.version", 0.0), .max_tasks_per_child = 1}};
  const auto later = pool.map_async<double>("examples.slow", std::vector<double>(10, 0.01));
  folder.put(version(2), "versioned.so");
  pool.close();
  pool.join();
  CHECK(later.get().size() == 10);
}

TEST_CASE("an initializer whose file is gone breaks the pool when a worker needs it, with the reason") {
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{beside(folder), {.workers = 1, .initializer = initializer("versioned.version", 0.0)}};
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
  std::filesystem::remove(folder.path / "versioned.so");
  static_cast<void>(kill_all_workers(pool));
  const std::string reason = why_it_fails(pool);
  CAPTURE(reason);
  CHECK(reason.find("its initializer failed: cannot find map function 'versioned.version'") !=
        std::string::npos);
}

TEST_CASE("an initializer whose plugin kills the workers that load it breaks the pool") {
  const Folder folder;
  folder.put(version(3), "versioned.so");
  Pool pool{beside(folder), {.workers = 1, .initializer = initializer("versioned.version", 0.0)}};
  CHECK(pool.apply<double>("examples.square", 3.0) == 9);
  folder.put(version(3), "versioned.so.crash");
  static_cast<void>(kill_all_workers(pool));
  const std::string reason = why_it_fails(pool);
  CAPTURE(reason);
  CHECK(reason.find("its initializer failed: ") != std::string::npos);
}

}  // namespace prong::test
