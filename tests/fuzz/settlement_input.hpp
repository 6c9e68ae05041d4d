// How the bytes of a fuzzer's input are a worker's life: first the work that it holds, then what its memory
// is, once for each time that the host looks. settlement_seeds.py writes the same.
#pragma once

#include "transport/channel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace prong::test {

struct FuzzedWork {
  std::uint8_t shape = 0;    // see shapes in settlement_fuzz.cpp
  std::uint8_t items = 0;    // of the job, less one
  std::uint8_t chunk = 0;    // items of a task, less one
  std::uint8_t options = 0;  // bit 0: pure, 1: abandoned, 2-3: retries, 4-5: why it was killed
};

// All that the host reads of a channel, but for the arena. Reports lie in the ring's first slots.
struct FuzzedWords {
  std::array<std::uint64_t, sizeof(transport::Progress) / sizeof(std::uint64_t)> progress{};
  std::uint64_t ready = 0;
  std::uint64_t tasks_read = 0;  // the tail of the ring of tasks
  std::uint64_t head = 0;        // of the ring of reports
  std::array<transport::Report, 4> reports{};
  std::uint16_t arena_size = 0;  // bytes that follow; more is what is left
};
static_assert(sizeof(transport::Progress) % sizeof(std::uint64_t) == 0);

// Takes values off the front; what is missing is zero.
class FuzzedInput {
 public:
  explicit FuzzedInput(std::span<const std::uint8_t> bytes) : bytes_{bytes} {}

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::span<const std::uint8_t> take(std::size_t size) {
    const auto taken = bytes_.first(std::min(size, bytes_.size()));
    bytes_ = bytes_.subspan(taken.size());
    return taken;
  }
  // Member by member, without padding.
  template <class T>
  void read(T& value) {
    const auto taken = take(sizeof value);
    if (!taken.empty()) std::memcpy(&value, taken.data(), taken.size());
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace prong::test
