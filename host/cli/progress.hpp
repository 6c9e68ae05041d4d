// How far a map is, on standard error: a line at the bottom of a terminal, or else a line now and then.
#pragma once

#include "cli/item_source.hpp"

#include <prong/pool.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace prong::cli {

// What is known at one moment.
struct ProgressFacts {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::size_t workers = 0;
  double per_second = 0;  // of late; 0: not known
  std::optional<Total> total;
};

// "1200/5000 (24%), 830/s, 0:00:05 left, 2 failed, 4 workers".
[[nodiscard]] std::string progress_text(const ProgressFacts& facts);

// For as long as it lives, a thread tells. At the end it says how much was done.
class Progress {
 public:
  struct Options {
    bool always = false;  // also of what is over in a moment
  };
  // `look` is called by that thread; it leaves the rate to this.
  Progress(std::function<ProgressFacts()> look, Options options);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  struct Sample {
    Clock::time_point time;
    std::uint64_t done = 0;
  };
  void tell();
  [[nodiscard]] ProgressFacts facts();

  std::function<ProgressFacts()> look_;
  bool on_terminal_;
  bool has_told_;  // or must, at the end
  std::deque<Sample> samples_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace prong::cli
