// A host that goes on while plugins are dropped into its folder, replaced and removed: every outcome knows
// the build that made it, and none is of another.
#include "fixture.hpp"

#include <atomic>
#include <fstream>
#include <map>
#include <span>

namespace prong::test {

namespace {

std::filesystem::path version(int number) {
  return std::filesystem::path{PRONG_TEST_VERSIONED} / std::to_string(number) / "versioned.so";
}

// Of the versions 1 to 3, as a pool that calls none of their functions reads it.
std::map<std::string, int> versions_by_build_id() {
  const Folder folder;
  Pool pool{folder.registry(), {.workers = 1}};
  std::map<std::string, int> versions;
  for (const int number : {1, 2, 3}) {
    folder.put(version(number), "versioned.so");
    versions[pool.find("versioned").front().build_id] = number;
  }
  REQUIRE(versions.size() == 3);
  REQUIRE(!versions.contains(""));
  return versions;
}

// What the outcomes say of themselves; `mixed` counts those whose value is another version's.
struct Seen {
  std::map<int, std::uint64_t> returned;  // by version
  std::map<std::string, std::uint64_t> failed;
  std::uint64_t mixed = 0;
};

void look(const Outcome<double>& outcome, const std::map<std::string, int>& versions, Seen& seen) {
  const auto made_by = outcome.build() ? versions.find(outcome.build()->build_id) : versions.end();
  if (made_by == versions.end()) {
    ++seen.mixed;
  } else if (outcome.has_value()) {
    ++(outcome.value() == made_by->second ? seen.returned[made_by->second] : seen.mixed);
  } else {
    ++seen.failed[std::string{to_string(outcome.ending())} + ": " + outcome.failure().what];
  }
}

// Until told to stop, one call after the other; between them, the function may be missing.
void call_until(const std::atomic<bool>& over, Pool& pool, const std::map<std::string, int>& versions,
                Seen& seen) {
  const std::vector<double> items(50, 0.0001);
  while (!over) {
    try {
      const auto outcomes = pool.map_outcomes<double>("versioned.linger", items, {.chunk_size = 5});
      CHECK(outcomes.size() == items.size());
      for (std::size_t i = 0; i < outcomes.size(); ++i)
        look(outcomes[i], versions, seen);
    } catch (const CannotFind&) {
      ++seen.failed["cannot find"];
    } catch (const Refused& refused) {
      ++seen.failed["refused: " + refused.code()];
    }
  }
}

}  // namespace

TEST_CASE("results, outcomes, failures and calls know the build of the plugin that made them") {
  const auto versions = versions_by_build_id();
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{folder.registry(), {.workers = 1}};
  const std::vector<double> items(3);
  const auto results = pool.map<double>("versioned.version", items);
  CHECK(results.build()->module == "versioned");
  CHECK(results.build()->version == "1.0.0");
  CHECK(results.build()->file == folder.path / "versioned.so");
  CHECK(versions.at(results.build()->build_id) == 1);
  for (const Outcome<double>& outcome : pool.imap_outcomes<double>("versioned.version", items))
    CHECK(*outcome.build() == *results.build());

  Job job = pool.open({.function = "versioned.version"});
  folder.put(version(2), "versioned.so");
  kill_workers(pool);
  job.push({.bytes = std::as_bytes(std::span{items}), .count = 3});
  const std::vector<Piece> lost = job.collect();
  CHECK(lost.front().failures.front().what.starts_with("plugin replaced: "));
  CHECK(*lost.front().failures.front().build == *results.build());
  CHECK(*lost.front().build == *results.build());
  CHECK(*job.build() == *results.build());

  const auto outcomes = pool.map_outcomes<double>("versioned.version", items);
  CHECK(versions.at(outcomes.build()->build_id) == 2);
  CHECK(versions.at(outcomes[2].build()->build_id) == 2);
  // A call after the other, the build is the same object: nothing is copied for an item.
  CHECK(outcomes[0].build() == outcomes[2].build());
  CHECK(pool.map<double>("versioned.version", std::vector<double>{}).build() == nullptr);
}

TEST_CASE("functions of the host's own have no build") {
  Registry functions;
  functions.define("twice", [](double x) { return 2 * x; });
  Pool pool{functions, forked(1)};
  CHECK(pool.map<double>("twice", std::vector<double>{1}).build() == nullptr);
  CHECK(pool.map_outcomes<double>("twice", std::vector<double>{1})[0].build() == nullptr);
}

TEST_CASE("a plugin that is copied into the folder bit by bit is refused until it is whole") {
  const Folder folder;
  Pool pool{folder.registry(), {.workers = 1}};
  CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("versioned.version", 0.0)), CannotFind);
  std::ifstream from{version(1), std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{from}, {}};
  std::ofstream to{folder.path / "versioned.so", std::ios::binary};
  constexpr std::size_t parts = 8;
  for (std::size_t part = 0; part < parts; ++part) {
    CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("versioned.version", 0.0)), Error);
    const std::size_t begin = bytes.size() * part / parts;
    to << bytes.substr(begin, bytes.size() * (part + 1) / parts - begin) << std::flush;
  }
  CHECK(pool.apply<double>("versioned.version", 0.0) == 1);
}

TEST_CASE("a plugin that is written over while it runs costs what ran, with that reason, and no more") {
  const Folder folder;
  Pool pool{folder.registry(), {.workers = 1}};
  const std::vector<double> seconds(10, 0.05);
  std::ptrdiff_t crashes = 0;
  while (crashes == 0) {  // now and then it dies between two items
    folder.put(version(1), "versioned.so");
    std::vector<Ending> endings;
    for (const auto& outcome : pool.imap_outcomes<double>("versioned.linger", seconds, {.chunk_size = 1})) {
      if (endings.empty()) std::filesystem::resize_file(folder.path / "versioned.so", 0);
      endings.push_back(outcome.ending());
      if (outcome.has_value()) continue;
      const std::string what = outcome.failure().what;
      CAPTURE(what);
      if (outcome.ending() == Ending::crashed) {
        CHECK(what.ends_with("versioned.so was written over since the call began"));
      } else {
        CHECK(outcome.ending() == Ending::lost);
        CHECK(what.starts_with("plugin replaced"));
      }
    }
    CHECK(endings.size() == seconds.size());
    CHECK(endings.back() == Ending::lost);
    crashes = std::ranges::count(endings, Ending::crashed);
    CHECK(crashes <= 1);
  }
  CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("versioned.version", 0.0)), Refused);
  folder.put(version(2), "versioned.so");
  CHECK(pool.apply<double>("versioned.version", 0.0) == 2);
}

TEST_CASE(
    "while a plugin is replaced, removed and dropped again, every outcome is of the build that it names") {
  const auto versions = versions_by_build_id();
  const Folder folder;
  folder.put(version(1), "versioned.so");
  Pool pool{folder.registry(), {.workers = 2}};
  std::atomic<bool> over = false;
  std::vector<Seen> seen(3);
  std::vector<std::thread> callers;
  for (Seen& one : seen)
    callers.emplace_back([&] { call_until(over, pool, versions, one); });
  for (int round = 0; round < 40; ++round) {
    folder.put(version(1 + round % 3), "versioned.so");
    // What is dropped is there at once.
    const double now = pool.apply<double>("versioned.version", 0.0);
    CHECK(now == 1 + round % 3);
    if (round % 5 == 4) {
      std::filesystem::remove(folder.path / "versioned.so");
      CHECK_THROWS_AS(static_cast<void>(pool.apply<double>("versioned.version", 0.0)), CannotFind);
    }
  }
  over = true;
  for (std::thread& caller : callers)
    caller.join();
  Seen sum;
  for (const Seen& one : seen) {
    for (const auto& [number, count] : one.returned)
      sum.returned[number] += count;
    for (const auto& [why, count] : one.failed)
      sum.failed[why] += count;
    sum.mixed += one.mixed;
  }
  CHECK(sum.mixed == 0);
  CHECK(sum.returned.size() == 3);
  for (const auto& [why, count] : sum.failed) {
    CAPTURE(why);
    CAPTURE(count);
    CHECK((why.starts_with("lost: plugin replaced: ") || why == "cannot find" || why == "refused: replaced"));
  }
}

}  // namespace prong::test
