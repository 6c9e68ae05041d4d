// How often each item was run: memory that the plugin `storm` finds through the environment.
#pragma once

#include "known_answers.hpp"

#include <atomic>
#include <cstdint>

namespace prong::test {

// Pools that are made while it lives know it. One at a time. [any thread]
class Tally {
 public:
  Tally();  // throws std::system_error
  ~Tally();
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  // The first of `count` ids that nobody had before, and whose bytes are clear.
  [[nodiscard]] std::uint64_t new_ids(std::uint64_t count);
  [[nodiscard]] unsigned runs(std::uint64_t id) const noexcept;

 private:
  int file_;
  std::uint8_t* bytes_;
  std::atomic<std::uint64_t> next_ = 0;
};

}  // namespace prong::test
