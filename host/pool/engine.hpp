// The pool behind its public face: jobs, the lock, the dispatcher thread, and who reads the reports.
//
//   open/push ──> JobState.waiting ──dispatch()──> task rings ──> workers
//   next      <── JobState.ready   <──settlement── reports    <──┘
//
// Any thread may move the work along, under the one lock: a caller that waits for results reads the reports
// itself for a moment (no thread is woken for a short task), and the dispatcher thread does it otherwise.
#pragma once

#include "pool/functions.hpp"
#include "pool/job_state.hpp"
#include "pool/workforce.hpp"
#include "registry/function_table.hpp"
#include "registry/plugin_path.hpp"

#include <prong/pool.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace prong::pool {

// [any thread], unless said otherwise.
class Engine : public std::enable_shared_from_this<Engine> {
 public:
  using Clock = std::chrono::steady_clock;

  Engine(std::shared_ptr<const registry::Catalogue> catalogue, const PoolOptions& options);
  ~Engine();

  [[nodiscard]] std::shared_ptr<JobState> open(const Call& call);
  void push(JobState& job, const Items& items);
  void finish(JobState& job);
  [[nodiscard]] std::optional<Piece> next(JobState& job, std::optional<Clock::time_point> deadline);
  [[nodiscard]] std::vector<Piece> collect(JobState& job);
  void cancel(JobState& job);
  // The last handle is gone: cancel, and keep nothing.
  void drop(JobState& job);

  [[nodiscard]] FunctionInfo describe(std::string_view function, FunctionKind kind);
  [[nodiscard]] std::vector<ModuleInfo> modules();
  [[nodiscard]] std::shared_ptr<void> allocate(std::size_t size);

  [[nodiscard]] unsigned workers() const noexcept { return workers_; }
  [[nodiscard]] std::vector<int> worker_pids();

  void close();
  void terminate();
  void join();

  // False in a child that the host forked: there is nobody to talk to.
  [[nodiscard]] bool is_owner() const noexcept;
  void check_owner() const;  // throws UsageError

 private:
  using Lock = std::unique_lock<std::mutex>;

  // A function that was found: its file, and what the file says; a dynamic one has neither.
  struct Located {
    std::optional<registry::PluginFile> file;
    ModuleInfo module;
    FunctionInfo function;
  };
  [[nodiscard]] Located locate(std::string_view function, FunctionKind kind);
  [[nodiscard]] FunctionInfo locate_dynamic(std::string_view function, FunctionKind kind) const;
  [[nodiscard]] ModuleInfo module_of(const registry::PluginFile& file);
  void ensure_loadable(const Located& located, transport::JobDescription job);
  // Runs an inspect or load job in a worker. Its one item's ending: a value or a failure.
  [[nodiscard]] Outcome<std::string> probe(transport::JobDescription job, FileVersion file,
                                           std::chrono::milliseconds limit);
  [[nodiscard]] Outcome<std::string> probe_once(transport::JobDescription job, FileVersion file,
                                                std::chrono::milliseconds limit);

  [[nodiscard]] std::shared_ptr<JobState> add_job(transport::JobDescription description, JobFacts facts);
  using Kept = std::pair<RangePointer, std::size_t>;  // with the offset in its region
  [[nodiscard]] Kept keep(std::span<const std::byte> bytes, bool raw);
  void place_items(const JobState& job, Segment& segment, transport::SegmentRecord& record,
                   const Items& items);
  static void check_may_push(const JobState& job);  // Locked
  [[nodiscard]] RangePointer write_record(const void* record, std::size_t size);
  void check_items(const JobState& job, const Items& items) const;

  void cancel_waiting(JobState& job);  // Locked
  void dispatch();                     // hands waiting items to workers that have room. Locked
  void retire_jobs();                  // forgets jobs that have ended. Locked
  [[nodiscard]] bool hand_out_of(const std::shared_ptr<JobState>& job, WorkerLife& worker);
  [[nodiscard]] bool hand_out(WorkerLife& worker);  // one task; false when none waits. Locked
  // Waits until `ready`; false when the deadline passes first.
  bool wait(Lock& lock, std::condition_variable& changed, const std::function<bool()>& ready,
            std::optional<Clock::time_point> deadline);
  void read_reports_while(Lock& lock, const std::function<bool()>& unready);
  void serve();  // the dispatcher thread
  void wake_dispatcher() noexcept;
  void check_open() const;     // for new calls. Locked
  void check_running() const;  // for more items. Locked
  void lose_all(const std::string& reason);

  const int owner_;
  const unsigned workers_;
  const std::chrono::milliseconds load_timeout_;
  std::shared_ptr<const registry::Catalogue> catalogue_;
  const std::shared_ptr<const registry::FunctionTable> defined_;  // when the pool started
  const bool forked_;                                             // so the workers have them
  std::shared_ptr<PoolMemory> memory_;
  RangePointer words_range_;
  transport::PoolWords* words_;
  KnownFunctions known_;

  std::mutex mutex_;
  std::unique_ptr<Workforce> workforce_;
  std::vector<std::shared_ptr<JobState>> jobs_;  // that have not ended
  std::size_t turn_ = 0;                         // of jobs_, round robin
  std::uint64_t next_job_number_ = 1;
  bool attended_ = false;
  bool closed_ = false;
  bool terminated_ = false;
  bool stopping_ = false;
  std::condition_variable jobs_changed_;
  std::thread dispatcher_;
};

}  // namespace prong::pool
