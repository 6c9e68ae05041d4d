// What came back of what was submitted: counts, and what is wrong with them.
#pragma once

#include "tally.hpp"

#include <prong/outcome.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace prong::test {

// How an item of a call may end beside returning. A worker may be killed at any time, and the zygote.
struct Allowed {
  bool refusals = false;  // `picky` throws
  bool timed_out = false;
  bool cancelled = false;
  unsigned runs_most = 1;
  bool counted = true;  // the function counts its runs
};

// [any thread]
class Account {
 public:
  explicit Account(const Tally& tally) : tally_{tally} {}

  // What became of the call's items, one call for each: its answer was right or not, or it failed.
  void returned(std::uint64_t id, bool is_right, const Allowed& allowed);
  void failed(std::uint64_t id, const Failure& failure, const Allowed& allowed);
  // Items of one call of which there was no word, or more than one.
  void lost(std::string_view call, std::uint64_t items);
  void duplicated(std::string_view call, std::uint64_t items);
  void wrong(const std::string& what);  // anything else

  // From here on, items may be lost to the pool's end.
  void expect_end(bool expected) { end_expected_ = expected; }
  [[nodiscard]] bool end_expected() const { return end_expected_; }

  std::atomic<std::uint64_t> calls = 0;
  [[nodiscard]] std::uint64_t items() const;
  [[nodiscard]] bool is_clean() const { return lost_ + duplicated_ + torn_ + wrong_ == 0; }
  // "12 items: 10 returned, 2 crashed, and 0 unheard of, 0 twice, 0 torn, 0 otherwise wrong", and what was.
  [[nodiscard]] std::string summary() const;

 private:
  void check_runs(std::uint64_t id, unsigned least, const Allowed& allowed);
  void note(const std::string& what);
  [[nodiscard]] bool may_end_so(std::uint64_t id, const Failure& failure, const Allowed& allowed) const;

  const Tally& tally_;
  std::atomic<bool> end_expected_ = false;
  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Ending::lost) + 1> endings_{};
  std::atomic<std::uint64_t> lost_ = 0;
  std::atomic<std::uint64_t> duplicated_ = 0;
  std::atomic<std::uint64_t> torn_ = 0;
  std::atomic<std::uint64_t> wrong_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> notes_;  // the first few
};

}  // namespace prong::test
