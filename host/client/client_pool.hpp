// The client of an engine: jobs, the lock, and the thread that speaks with the engine.
//
//   open ──> question ──> a node                         push ──> JobState.waiting ──take──> Flight ──> a
//   node next <── JobState.ready <── fit_pieces <── answer
//   <──────────────────────────────────────────────────┘
#pragma once

#include "client/flights.hpp"
#include "client/question.hpp"
#include "client/remote_job.hpp"
#include "cluster/address.hpp"
#include "cluster/exchange.hpp"
#include "cluster/queue_name.hpp"
#include "cluster/seal.hpp"
#include "pool/backend.hpp"
#include "pool/callback_thread.hpp"
#include "registry/catalogue.hpp"
#include "transport/file_descriptor.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace prong::pool {
class Engine;
}

namespace prong::client {

class ClientPool final : public pool::Backend {
 public:
  ClientPool(std::shared_ptr<const registry::Catalogue> catalogue, const EngineOptions& options);
  ~ClientPool() override;

  [[nodiscard]] std::shared_ptr<pool::JobState> open(const Call& call) override;
  void push(pool::JobState& job, const Items& items) override;
  void finish(pool::JobState& job) override;
  [[nodiscard]] std::optional<Piece> next(pool::JobState& job,
                                          std::optional<Clock::time_point> deadline) override;
  void release(pool::JobState& job, std::uint64_t below) override;
  [[nodiscard]] std::vector<Piece> collect(pool::JobState& job) override;
  [[nodiscard]] std::vector<Piece> complete(pool::JobState& job, const Items& items) override;
  void cancel(pool::JobState& job) override;
  void drain(pool::JobState& job) override;
  // One that is at a node goes on until the node hears of it, with its next claim.
  void cancel(pool::JobState& job, std::uint64_t item) override;
  [[nodiscard]] JobProgress progress(const pool::JobState& job) override;
  void when_done(const std::shared_ptr<pool::JobState>& job, std::function<void()> callback) override;
  [[nodiscard]] bool is_in_callback() const override { return callbacks_.is_current(); }
  [[nodiscard]] bool wait_until_over(pool::JobState& job, Clock::time_point deadline) override;
  void detach(pool::JobState& job) noexcept override;
  void drop(pool::JobState& job) noexcept override;

  [[nodiscard]] FunctionInfo describe(std::string_view function, FunctionKind kind) override;
  // These three are of a machine, not of an engine: UsageError.
  [[nodiscard]] std::vector<ModuleInfo> modules() override;
  [[nodiscard]] std::vector<ModuleInfo> find(const std::string& name) override;
  [[nodiscard]] SandboxReport sandbox_report() override;
  [[nodiscard]] std::shared_ptr<void> allocate(std::size_t size) override;

  // Slots of the nodes that were heard of lately; at least 1.
  [[nodiscard]] unsigned workers() override;
  [[nodiscard]] std::vector<int> worker_pids() override { return {}; }
  [[nodiscard]] PoolStatistics statistics() override;
  void resize(unsigned workers) override;  // UsageError

  void close() override;
  void terminate() noexcept override;
  void join() override;
  [[nodiscard]] bool is_owner() const noexcept override;

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Node {
    cluster::NodeFacts facts;
    Clock::time_point heard;
    Clock::duration patience{0};  // the longest that it said it has
  };

  // Callers' side: client_pool.cpp, client_questions.cpp.
  void check_open() const;                                    // Locked
  void check_running() const;                                 // Locked
  [[nodiscard]] cluster::Answer ask(cluster::CallHead head);  // [blocks]
  [[nodiscard]] std::string own_build_of(
      std::string_view function);  // empty: this machine has none. [blocks]
  bool wait(Lock& lock, std::condition_variable& changed, const std::function<bool()>& ready,
            std::optional<Clock::time_point> deadline);
  void end_flights(pool::JobState& job);     // of a job that is given up: what is on its way. Locked
  void lose_all(const std::string& reason);  // Locked
  void retire_jobs();                        // Locked
  void wake() noexcept;

  // The engine's side, on the thread: client_thread.cpp, client_questions.cpp. All of it locked but serve().
  void serve();
  [[nodiscard]] Clock::time_point act(Clock::time_point now);
  void ask_questions(Clock::time_point now);
  void settle_question(Question& question, Clock::time_point now);
  void put_in_flight();
  [[nodiscard]] bool put_in_flight_of(const std::shared_ptr<RemoteJob>& job);
  void send_waiting(Clock::time_point now);
  void send(Flight& flight, Clock::time_point now);
  void watch_servers(Clock::time_point now);
  void fail(Flight& flight, Failure failure);
  void split(Flight& flight, const std::string& what);
  void drop_flight(Flight& flight);
  void handle(cluster::Event& event);
  void handle(cluster::Assigned& claim);
  void handle(cluster::Answered& answered);
  void handle(cluster::GivenUp& given_up);
  void handle(cluster::Parted& parted);
  void handle(cluster::Joined& joined);
  void handle(cluster::Servers& servers);
  void hear_nothing(Clock::time_point now, std::string reason);
  void handle(cluster::Over& /*over*/) {}  // the client says so
  // What an answer says. Whoever reached the engine may have written one that is not ours.
  struct Reading {
    bool is_ours = false;  // of this run, and sealed as it should be
    std::optional<cluster::Answer> answer = {};
  };
  [[nodiscard]] Reading read(cluster::Answered& answered, const std::string& queue, std::uint64_t number,
                             std::uint32_t attempt);
  void take_answer(Question& question, Reading reading);
  void take_answer(Flight& flight, cluster::Ticket ticket, Reading reading);
  void note(const cluster::NodeFacts& node, std::chrono::nanoseconds patience = {});
  [[nodiscard]] unsigned slots() const;                                  // of the nodes that are known
  [[nodiscard]] unsigned nodes_serving(const std::string& queue) const;  // at least 1
  [[nodiscard]] cluster::Envelope envelope(std::uint64_t number, std::uint32_t attempt,
                                           cluster::Direction direction) const;

  const int owner_;
  const EngineOptions options_;
  const std::string engine_;  // its address
  const cluster::Seal seal_;
  const cluster::QueueNames queues_;
  const cluster::RunId run_;
  const std::string run_queue_;
  std::shared_ptr<const registry::Catalogue> catalogue_;
  transport::FileDescriptor wakeup_;

  std::mutex mutex_;
  std::shared_ptr<pool::Engine> inspector_;       // of this machine's own plugins
  std::unique_ptr<cluster::Exchange> exchange_;   // the thread's
  std::vector<std::shared_ptr<RemoteJob>> jobs_;  // that are not over
  std::vector<pool::JobState*> over_;             // of these, those that are by now
  std::size_t turn_ = 0;
  Flights flights_;
  std::vector<cluster::Ticket> forgotten_;  // of flights that are over
  std::vector<std::shared_ptr<Question>> questions_;
  std::uint64_t next_call_ = 1;
  std::uint64_t next_question_ = std::uint64_t{1} << 63;  // apart from the numbers of chunks
  std::map<std::string, Node> nodes_;
  std::optional<cluster::Servers> servers_;
  Clock::time_point asked_servers_ = {};
  bool is_parted_;                                  // there is no connection
  std::optional<Clock::time_point> unheard_since_;  // it owes a list of its servers, or a connection
  std::string unheard_reason_;
  Clock::time_point nodes_back_ = {};  // by then, those that are coming back are there
  std::uint64_t lost_nodes_ = 0;
  JobProgress ended_jobs_;
  std::optional<std::string> broken_;  // why there is no thread any more
  bool closed_ = false;
  bool terminated_ = false;
  bool stopping_ = false;
  bool joined_ = false;
  std::condition_variable changed_;  // jobs_, questions_
  pool::CallbackThread callbacks_;
  std::thread thread_;
};

}  // namespace prong::client
