// A call whose results come later.
#pragma once

#include <prong/call.hpp>
#include <prong/error.hpp>
#include <prong/results.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace prong {

namespace detail {

// One job, its results once they have come, and what is done with them then. [any thread]
class PRONG_API Pending {
 public:
  using Clock = std::chrono::steady_clock;
  using Then = std::function<void(const ResultSet&)>;

  // `then`, unless empty, runs once, on the pool's callback thread. The job goes on when this is dropped.
  static std::shared_ptr<Pending> start(Job job, Then then);
  ~Pending();
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  // Whether the results are there and `then` has run, by the deadline if there is one. In a callback, which
  // `then` would have to wait for, the results alone. [blocks]
  [[nodiscard]] bool wait(std::optional<Clock::time_point> deadline);
  // [blocks] as wait(). Throws what `then` threw.
  [[nodiscard]] ResultSet results();
  // Without waiting: precondition of results() without blocking.
  [[nodiscard]] bool ready() { return wait(Clock::time_point::min()); }
  [[nodiscard]] Job& job() noexcept;

 private:
  struct Content;
  explicit Pending(std::shared_ptr<Content> content);
  std::shared_ptr<Content> content_;
};

}  // namespace detail

// What apply_async and map_async return; T is what the call without _async would. Copies are of one call,
// which goes on when all are gone. Callbacks have run before it is ready. [host] [any thread]
template <class T>
class AsyncResult {
 public:
  using Clock = std::chrono::steady_clock;
  using Decode = std::function<T(const ResultSet&)>;

  AsyncResult(std::shared_ptr<detail::Pending> pending, Decode decode)
      : pending_{std::move(pending)}, decode_{std::move(decode)} {}

  // The value, as often as it is asked for. Throws TaskFailed for the first failure, and what a callback
  // threw. [blocks]
  [[nodiscard]] T get() const { return decode_(pending_->results()); }
  // The same; throws TimedOut when the deadline passes first. The call goes on.
  [[nodiscard]] T get_until(Clock::time_point deadline) const {
    if (!pending_->wait(deadline))
      throw TimedOut{"the result has not come by the deadline; the call goes on"};
    return get();
  }
  [[nodiscard]] T get_for(Clock::duration time) const { return get_until(deadline_in(time)); }

  // Until it is ready. [blocks]
  void wait() const { static_cast<void>(pending_->wait(std::nullopt)); }
  // Whether it was ready by then.
  bool wait_until(Clock::time_point deadline) const { return pending_->wait(deadline); }
  bool wait_for(Clock::duration time) const { return wait_until(deadline_in(time)); }

  // Whether get() would return or throw at once. [never blocks]
  [[nodiscard]] bool ready() const { return pending_->ready(); }
  // Whether get() would return. Throws UsageError when it is not ready.
  [[nodiscard]] bool successful() const {
    if (!ready()) throw UsageError{"successful: the result is not there yet"};
    try {
      static_cast<void>(get());
      return true;
    } catch (...) {
      return false;
    }
  }

  // Items that have not ended become `cancelled`, as by Job::cancel. [never blocks]
  void cancel() const { pending_->job().cancel(); }
  [[nodiscard]] JobProgress progress() const { return pending_->job().progress(); }

 private:
  // A time that is too long for the clock is for ever.
  static Clock::time_point deadline_in(Clock::duration time) {
    const auto now = Clock::now();
    return time >= Clock::time_point::max() - now ? Clock::time_point::max() : now + time;
  }

  std::shared_ptr<detail::Pending> pending_;
  Decode decode_;
};

}  // namespace prong
