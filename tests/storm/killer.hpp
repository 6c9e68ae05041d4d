// Kills and stops the processes of a pool at random.
#pragma once

#include <prong/pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <stop_token>
#include <string>
#include <thread>

namespace prong::test {

// What is in the environment of every zygote and worker that this process starts, and of no other.
[[nodiscard]] std::string mark_of_ours();

struct KillerTotals {
  std::atomic<std::uint64_t> workers = 0;  // killed
  std::atomic<std::uint64_t> zygotes = 0;  // killed
  std::atomic<std::uint64_t> stops = 0;    // workers stopped for a while
};

// From its construction to stop(), on a thread of its own.
class Killer {
 public:
  Killer(Pool& pool, std::uint64_t seed, KillerTotals& totals);
  // No process is left stopped.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void strike();
  void let_an_item_end(const std::stop_token& stop);
  void kill_worker(int pid);
  void kill_zygote(int worker);
  void pause_worker(int pid);
  [[nodiscard]] std::uint64_t random(std::uint64_t below) { return random_() % below; }

  Pool& pool_;
  std::mt19937_64 random_;
  KillerTotals& totals_;
  std::uint64_t items_ = 0;     // of the pool that had ended at the last look
  std::uint64_t kills_before_;  // workers that had been killed when that number last changed
  std::jthread thread_;
};

}  // namespace prong::test
