// The pool behind its public face: jobs, the lock, the dispatcher thread, and who reads the reports.
//
//   open/push ──> JobState.waiting ──dispatch()──> task rings ──> workers
//   next      <── JobState.ready   <──settlement── reports    <──┘
//
// Any thread may move the work along, under the one lock: a caller that waits for results reads the reports
// itself for a moment (no thread is woken for a short task), and the dispatcher thread does it otherwise.
#pragma once

#include "pool/backend.hpp"
#include "pool/callback_thread.hpp"
#include "pool/functions.hpp"
#include "pool/initialization.hpp"
#include "pool/job_state.hpp"
#include "pool/obituaries.hpp"
#include "pool/open_jobs.hpp"
#include "pool/prepared_calls.hpp"
#include "pool/workforce.hpp"
#include "registry/function_table.hpp"
#include "registry/plugin_path.hpp"

#include <prong/pool.hpp>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace prong::pool {

// [any thread], unless said otherwise.
class Engine final : public Backend {
 public:
  Engine(std::shared_ptr<const registry::Catalogue> catalogue, const PoolOptions& options);
  ~Engine() override;

  // Before the first call: what every worker runs first.
  void set_initializer(Initializer initializer);

  [[nodiscard]] std::shared_ptr<JobState> open(const Call& call) override;
  void push(JobState& job, const Items& items) override;
  void finish(JobState& job) override;
  [[nodiscard]] std::optional<Piece> next(JobState& job, std::optional<Clock::time_point> deadline) override;
  void release(JobState& job, std::uint64_t below) override;
  [[nodiscard]] std::vector<Piece> collect(JobState& job) override;
  [[nodiscard]] std::vector<Piece> complete(JobState& job, const Items& items) override;
  void cancel(JobState& job) override;
  void drain(JobState& job) override;
  void cancel(JobState& job, std::uint64_t item) override;
  [[nodiscard]] JobProgress progress(const JobState& job) override;
  void when_done(const std::shared_ptr<JobState>& job, std::function<void()> callback) override;
  [[nodiscard]] bool is_in_callback() const override { return callbacks_.is_current(); }
  [[nodiscard]] bool wait_until_over(JobState& job, Clock::time_point deadline) override;
  void detach(JobState& job) noexcept override;
  void drop(JobState& job) noexcept override;

  [[nodiscard]] FunctionInfo describe(std::string_view function, FunctionKind kind) override;
  [[nodiscard]] std::vector<ModuleInfo> modules() override;
  [[nodiscard]] std::vector<ModuleInfo> find(const std::string& name) override;
  [[nodiscard]] SandboxReport sandbox_report() override;  // [blocks]
  // Runs an inspect or load job in a worker. Its one item's ending: a value or a failure. [blocks]
  [[nodiscard]] Outcome<std::string> probe(transport::JobDescription job, FileVersion file,
                                           std::chrono::milliseconds limit);
  [[nodiscard]] std::shared_ptr<void> allocate(std::size_t size) override;

  [[nodiscard]] unsigned workers() override;
  [[nodiscard]] std::vector<int> worker_pids() override;
  [[nodiscard]] PoolStatistics statistics() override;
  void resize(unsigned workers) override;

  void close() override;
  void terminate() noexcept override;
  void join() override;

  [[nodiscard]] bool is_owner() const noexcept override;

 private:
  using Lock = std::unique_lock<std::mutex>;

  // While it lives, the caller is about to collect(): workers that are done meanwhile need not wake anybody.
  class Attention {
   public:
    explicit Attention(Engine& engine);
    ~Attention();
    Attention(const Attention&) = delete;
    Attention& operator=(const Attention&) = delete;

   private:
    Engine& engine_;
  };

  // While the accounts of jobs are changed. An exception on its way out means that no memory was left in the
  // middle: what was half done cannot be told from what was not, so nobody may wait for it. Locked
  class Accounts {
   public:
    explicit Accounts(Engine& engine) noexcept : engine_{engine} {}
    ~Accounts() {
      if (std::uncaught_exceptions() > exceptions_) engine_.lose_accounts();
    }
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;

   private:
    Engine& engine_;
    const int exceptions_ = std::uncaught_exceptions();
  };

  // A function that was found: its file, and what the file says; a dynamic one has neither.
  struct Located {
    std::optional<registry::PluginFile> file;
    std::shared_ptr<const ModuleInfo> module;
    const FunctionInfo* function;  // of the module, or of defined_
  };
  [[nodiscard]] Located locate(std::string_view function, FunctionKind kind);
  [[nodiscard]] const FunctionInfo& locate_dynamic(std::string_view function, FunctionKind kind) const;
  [[nodiscard]] std::shared_ptr<const ModuleInfo> module_of(const registry::PluginFile& file);
  [[nodiscard]] ModuleInfo module_of(const registry::Entry& entry);
  void ensure_loadable(const Located& located, transport::JobDescription job);
  [[nodiscard]] RangePointer write_description(const transport::JobDescription& job);
  struct ProbeOptions {
    FileVersion file;
    std::chrono::milliseconds limit;
    bool fresh_worker = false;
  };
  struct Probed {
    Outcome<std::string> answer;
    bool in_used_worker = false;  // by one that had loaded something else
  };
  // The same, and the zygote has outlived it; else a failure that is `lost`.
  [[nodiscard]] Probed probe_safely(const transport::JobDescription& job, const ProbeOptions& options);
  [[nodiscard]] bool outlives_load(std::uint64_t zygote);  // [blocks]
  [[nodiscard]] SandboxLayer try_processor_limit();        // [blocks]
  [[nodiscard]] Probed probe_once(transport::JobDescription job, const ProbeOptions& options);

  // A call held against its function, which has been loaded once.
  [[nodiscard]] JobFacts prepare(const Call& call);
  [[nodiscard]] std::shared_ptr<const PreparedCall> prepare_anew(const Call& call, const Located& located);
  // nullptr: it is to be prepared anew.
  [[nodiscard]] std::shared_ptr<const PreparedCall> find_prepared(const Call& call, const Located& located);
  [[nodiscard]] Initialization make_initialization(const Initializer& initializer);  // [blocks]
  void renew_initializer();                                                          // [blocks]
  // Of a job, or a description.
  [[nodiscard]] std::uint64_t new_number() noexcept {
    return next_number_.fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::shared_ptr<JobState> add_job(JobFacts facts);
  // Items where workers find them; all but the number of the first.
  [[nodiscard]] std::shared_ptr<Segment> place(const JobFacts& facts, const Items& items);
  [[nodiscard]] transport::SegmentRecord place_inputs(Segment& segment, const JobFacts& facts,
                                                      const Items& items);
  void enter(const std::shared_ptr<JobState>& job);              // among jobs_. Locked
  [[nodiscard]] std::shared_ptr<Segment> make_probe_segment();   // of one item, which is nothing
  void tell_crashes();                                           // of items, as far as they are known. Locked
  void ask_for_names(std::vector<transport::CodePlace> places);  // of functions. Locked
  void take_names(JobState& job);                                // the answer. Locked
  [[nodiscard]] Failure with_names(Failure failure);             // of a probe. [blocks]
  [[nodiscard]] RangePointer write_record(const void* record, std::size_t size);
  [[nodiscard]] RangePointer write_job(const JobFacts& facts);

  void cancel_all(JobState& job);  // Locked
  void dispatch();                 // hands waiting items to workers that have room. Locked
  void retire_jobs();              // forgets jobs that are over, and tells. Locked
  void see_to_states();            // of prepared functions, whose job has ended. Locked
  [[nodiscard]] bool hand_out_of(const std::shared_ptr<JobState>& job, WorkerLife& worker);
  [[nodiscard]] bool is_used(const WorkerLife& worker, const JobState& job) const noexcept;
  void make_fresh_worker(WorkerLife& used);
  [[nodiscard]] bool is_last_for_another(const WorkerLife& worker) const;
  [[nodiscard]] bool hand_out(WorkerLife& worker);  // one task; false when none waits. Locked
  // Waits until `ready`; false when the deadline passes first.
  bool wait(Lock& lock, std::condition_variable& changed, const std::function<bool()>& ready,
            std::optional<Clock::time_point> deadline);
  void unattend();                           // Locked
  void read_reports_while_many(Lock& lock);  // [dispatcher]
  void read_reports_while(Lock& lock, const std::function<bool()>& unready);
  std::size_t read_reports();  // how many, and what they make room for. Locked
  void serve();                // the dispatcher thread
  void wake_dispatcher() noexcept;
  void arm(Clock::time_point due);                         // the dispatcher looks at the time by then. Locked
  void hand_out_to(std::span<const std::uint32_t> slots);  // Locked
  void hand_out_ahead(WorkerLife& worker);                 // Locked
  void settle_initializers();                              // Locked
  void rouse_workers();                                    // Locked
  // Somebody reads the reports again and again: workers need not signal. Until its end. Locked
  [[nodiscard]] std::shared_ptr<void> attend_reports();
  void attend(bool attended) noexcept;
  void check_open() const;                                       // for new calls. Locked
  void check_running() const;                                    // for more items. Locked
  void check_accounts() const;                                   // Locked
  void lose_accounts() noexcept;                                 // and end all workers. Locked
  void handle(std::span<const epoll_event> events, Lock& lock);  // [dispatcher]
  [[nodiscard]] bool has_broken_down();
  void lose_all(const std::string& reason);

  const int owner_;
  const std::chrono::milliseconds load_timeout_;
  const Sandbox sandbox_;
  const std::optional<std::chrono::nanoseconds> processor_limit_;  // of an item
  std::shared_ptr<const registry::Catalogue> catalogue_;
  const std::shared_ptr<const registry::FunctionTable> defined_;  // when the pool started
  const bool forked_;                                             // so the workers have them
  std::shared_ptr<PoolMemory> memory_;
  RangePointer words_range_;
  transport::PoolWords* words_;
  std::optional<OpenJobs> open_jobs_;
  KnownFunctions known_;
  PreparedCalls prepared_;
  Obituaries obituaries_;

  std::mutex mutex_;
  std::unique_ptr<Workforce> workforce_;
  std::optional<Initializer> initializer_;
  std::optional<Initialization> initialization_;
  bool renewing_ = false;                        // the initialization, on `renewals_`
  JobProgress ended_jobs_;                       // together
  std::vector<std::shared_ptr<JobState>> jobs_;  // that are not over, in order of their numbers
  std::vector<JobState*> over_;                  // of these, those that are by now
  std::size_t turn_ = 0;                         // of jobs_, round robin
  std::atomic<std::uint64_t> next_number_ = 1;
  bool attended_ = false;
  bool closed_ = false;
  bool terminated_ = false;
  bool stopping_ = false;
  bool joined_ = false;  // all processes are gone
  bool dispatcher_sleeps_ = false;
  bool lost_accounts_ = false;             // see Accounts
  std::vector<std::uint32_t> open_slots_;  // kept for its memory
  std::condition_variable jobs_changed_;
  std::condition_variable zygote_spoke_;  // or died
  CallbackThread callbacks_;
  CallbackThread renewals_;
  std::thread dispatcher_;
};

}  // namespace prong::pool
