// What the public Pool and Job need of whatever runs their items: the workers of this machine (Engine), or
// the nodes of an engine that spans machines (client/client.hpp). Both keep a job's accounts in a JobState.
#pragma once

#include "pool/job_state.hpp"

#include <prong/function_info.hpp>
#include <prong/options.hpp>
#include <prong/sandbox.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prong::pool {

// [any thread]. What each does and throws is said where the public class has it.
class Backend {
 public:
  using Clock = std::chrono::steady_clock;

  Backend() = default;
  virtual ~Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  [[nodiscard]] virtual std::shared_ptr<JobState> open(const Call& call) = 0;
  virtual void push(JobState& job, const Items& items) = 0;
  virtual void finish(JobState& job) = 0;
  [[nodiscard]] virtual std::optional<Piece> next(JobState& job,
                                                  std::optional<Clock::time_point> deadline) = 0;
  virtual void release(JobState& job, std::uint64_t below) = 0;
  [[nodiscard]] virtual std::vector<Piece> collect(JobState& job) = 0;
  // push(), and collect().
  [[nodiscard]] virtual std::vector<Piece> complete(JobState& job, const Items& items) = 0;
  virtual void cancel(JobState& job) = 0;
  virtual void drain(JobState& job) = 0;
  virtual void cancel(JobState& job, std::uint64_t item) = 0;
  [[nodiscard]] virtual JobProgress progress(const JobState& job) = 0;
  virtual void when_done(const std::shared_ptr<JobState>& job, std::function<void()> callback) = 0;
  // Whether the caller is a callback: whoever waits for another one there waits for ever.
  [[nodiscard]] virtual bool is_in_callback() const = 0;
  [[nodiscard]] virtual bool wait_until_over(JobState& job, Clock::time_point deadline) = 0;
  // The last handle is gone: keep nothing of what ends; drop: and cancel.
  virtual void detach(JobState& job) noexcept = 0;
  virtual void drop(JobState& job) noexcept = 0;

  [[nodiscard]] virtual FunctionInfo describe(std::string_view function, FunctionKind kind) = 0;
  [[nodiscard]] virtual std::vector<ModuleInfo> modules() = 0;
  [[nodiscard]] virtual std::vector<ModuleInfo> find(const std::string& name) = 0;
  [[nodiscard]] virtual SandboxReport sandbox_report() = 0;
  [[nodiscard]] virtual std::shared_ptr<void> allocate(std::size_t size) = 0;

  [[nodiscard]] virtual unsigned workers() = 0;
  [[nodiscard]] virtual std::vector<int> worker_pids() = 0;
  [[nodiscard]] virtual PoolStatistics statistics() = 0;
  virtual void resize(unsigned workers) = 0;

  virtual void close() = 0;
  virtual void terminate() noexcept = 0;
  virtual void join() = 0;

  // False in a child that the host forked: there is nobody to talk to.
  [[nodiscard]] virtual bool is_owner() const noexcept = 0;
  void check_owner() const;  // throws UsageError
};

}  // namespace prong::pool
