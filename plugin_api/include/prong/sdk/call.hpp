// What the code of a plugin may ask about the call that it runs in.
#pragma once

#include <prong/plugin.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace prong::sdk {

// One call of a plugin's function. [plugin thread], valid during the call.
class Call {
 public:
  explicit Call(const prong_batch& batch) : batch_(batch) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // "stats.square"
  [[nodiscard]] std::string_view function() const { return batch_.function; }

  // The running item's index in the caller's input. In a pure function, of some item at or before it, as pure
  // functions are not interrupted to say where they are; in a result function, 0.
  [[nodiscard]] std::uint64_t index() const {
    if (item_ >= batch_.count) return 0;
    return batch_.indices ? batch_.indices[item_] : batch_.first_index + item_;
  }

  // A seed for this item's random numbers: differs from item to item, and is the same in every run with the
  // same job seed, whichever worker runs the item. Number `index` of the sequence that splitmix64 makes of
  // the job's seed.
  [[nodiscard]] std::uint64_t item_seed() const {
    std::uint64_t z = batch_.seed + (index() + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // The caller does not want the rest any more: a long item may stop, by an exception.
  // Relaxed, as the caller's store: it announces nothing but itself.
  [[nodiscard]] bool cancelled() const { return __atomic_load_n(batch_.cancel, __ATOMIC_RELAXED) != 0; }

 protected:
  std::uint64_t item_ = UINT64_MAX;  // the running one in the batch; a result function has none

 private:
  const prong_batch& batch_;
};

// Hidden, or all plugins of a worker would share one.
[[gnu::visibility("hidden")]] inline constinit thread_local const Call* running_call = nullptr;

// A call, and that it is the one that runs on this thread.
struct RunningCall : Call {
  explicit RunningCall(const prong_batch& batch) : Call(batch) { running_call = this; }
  ~RunningCall() { running_call = nullptr; }

  void set_item(std::uint64_t item) { item_ = item; }
};

}  // namespace prong::sdk

namespace prong {

// Throws std::logic_error on a thread that no worker called: hand the values to threads of your own.
[[nodiscard]] inline const sdk::Call& current_call() {
  if (!sdk::running_call) throw std::logic_error("prong: current_call() outside a call");
  return *sdk::running_call;
}

}  // namespace prong
