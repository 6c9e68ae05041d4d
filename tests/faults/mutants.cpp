// mutants [COUNT [SEED]]: a pool is given a plugin that was cut at every 61st byte, and COUNT that were
// changed at random. Each is used, or refused by a known code; the pool goes on, and so does a good plugin in
// it. Prints a line of totals; exit status 1 at the first one that ends otherwise, which is told by its seed.
#include "mutations.hpp"

#include <prong/prong.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>

namespace prong::test {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t cut_step = 61;
constexpr std::uint64_t looks_between_checks = 100;
// A plugin that hangs while it is loaded is refused after this.
constexpr auto load_time = 500ms;
constexpr auto patience = 60s;
constexpr std::size_t host_growth_max = std::size_t{64} << 20;

const std::set<std::string> codes{
    "abi-major",      "abi-minor",    "crashed-on-load",  "crashed-on-look", "duplicate-function",
    "exited-on-load", "hung-on-load", "hung-on-look",     "malformed-notes", "missing-dependency",
    "missing-symbol", "module-name",  "no-notes",         "not-loadable",    "not-a-shared-object",
    "too-much-text",  "truncated",    "undefined-symbol", "wrong-machine"};

std::string content_of(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

std::size_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t pages = 0;
  file >> pages >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator{"/proc/self/fd"}, {}));
}

// Ends the process when one look takes too long.
class Watchdog {
 public:
  void pat(std::string look) {
    const std::lock_guard lock{mutex_};
    look_ = std::move(look);
    ++pats_;
  }

 private:
  void watch(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    for (std::uint64_t pats = pats_;; pats = pats_) {
      if (changed_.wait_for(lock, stop, patience, [] { return false; }) || stop.stop_requested()) return;
      if (pats != pats_) continue;
      fmt::print(stderr, "mutants: {} has not ended for {} s\n", look_, patience.count());
      std::abort();
    }
  }
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string look_;
  std::uint64_t pats_ = 0;
  std::jthread thread_{[this](const std::stop_token& stop) { watch(stop); }};
};

class Trial {
 public:
  Trial() : folder_{fs::temp_directory_path() / fmt::format("prong-mutants-{}", ::getpid())} {
    fs::create_directory(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
    fs::copy_file(fs::path{PRONG_TEST_CULPRITS} / "lives.so", folder_ / "lives.so");
    Registry functions{{.plugin_path = {folder_}, .default_path = false}};
    pool_ = std::make_unique<Pool>(functions, PoolOptions{.workers = 2, .load_timeout = load_time});
    check_that_all_is_well();
    descriptors_ = open_descriptors();
    resident_ = resident_bytes();
  }
  ~Trial() {
    pool_.reset();
    fs::remove_all(folder_);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  // Throws what should not have been thrown.
  void look_at(const std::string& content, const std::string& name) {
    watchdog_.pat(name);
    // As an installer does it: never half a file under the name, and a new version each time.
    std::ofstream{folder_ / "new", std::ios::binary} << content;
    fs::permissions(folder_ / "new", fs::perms::owner_all);
    fs::rename(folder_ / "new", folder_ / "hoards.so");
    ++endings_[use()];
    if (++looks_ % looks_between_checks == 0) check_that_all_is_well();
  }

  void check_that_all_is_well() {
    if (pool_->apply<double>("lives.set_mark", 3.0) != 3)
      throw std::runtime_error("a good plugin answers wrongly");
    if (resident_ != 0 && resident_bytes() > resident_ + host_growth_max)
      throw std::runtime_error("the host's memory has grown");
    // One that is being replaced has other descriptors.
    constexpr std::size_t of_a_worker = 8;
    if (descriptors_ != 0 && open_descriptors() > descriptors_ + 2 * of_a_worker)
      throw std::runtime_error("the host's descriptors have become more");
  }

  [[nodiscard]] std::string summary() const {
    std::string text = fmt::format("{} looks:", looks_);
    for (const auto& [ending, count] : endings_)
      text += fmt::format(" {} {},", count, ending);
    text.back() = '\n';
    return text;
  }

 private:
  // It is loaded, and not called: what its code does by now is its own affair.
  std::string use() {
    try {
      const Job job = pool_->open({.function = "hoards.descriptors", .item_signature = "f64"});
      return "loaded";
    } catch (const Refused& refused) {
      if (!codes.contains(refused.code())) throw;
      return refused.code();
    } catch (const CannotFind&) {
      return "no such function";
    } catch (const Mismatch&) {
      return "another signature";
    }
  }

  fs::path folder_;
  std::unique_ptr<Pool> pool_;
  Watchdog watchdog_;
  std::size_t descriptors_ = 0;
  std::size_t resident_ = 0;
  std::uint64_t looks_ = 0;
  std::map<std::string, std::uint64_t> endings_;
};

int run(std::uint64_t count, std::uint64_t seed) {
  fmt::print("mutants: {}, of seed {}\n", count, seed);
  std::fflush(stdout);
  const Mutations mutations{content_of(fs::path{PRONG_TEST_CULPRITS} / "hoards.so")};
  Trial trial;
  std::string name = "nothing";
  try {
    for (std::size_t size = 0; size < mutations.size(); size += cut_step) {
      name = fmt::format("a plugin cut after {} bytes", size);
      trial.look_at(mutations.cut(size), name);
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      name = fmt::format("mutant {} (mutants 1 {})", seed + i, seed + i);
      trial.look_at(mutations.mutant(seed + i), name);
    }
    name = "the pool afterwards";
    trial.check_that_all_is_well();
  } catch (const std::exception& error) {
    fmt::print("{}: {}\n", name, error.what());
    return 1;
  }
  fmt::print("{}", trial.summary());
  return 0;
}

}  // namespace

}  // namespace prong::test

int main(int count, char** words) {
  const std::span arguments{words, static_cast<std::size_t>(count)};
  const auto number = [&](std::size_t place, std::uint64_t otherwise) {
    return arguments.size() > place ? std::strtoull(arguments[place], nullptr, 10) : otherwise;
  };
  return prong::test::run(number(1, 2000), number(2, std::random_device{}()));
}
