// The workers of a pool: born, watched, buried, replaced. Knows nothing of where work comes from.
#pragma once

#include "pool/memory_kills.hpp"
#include "pool/settlement.hpp"
#include "pool/worker_life.hpp"
#include "pool/zygote_process.hpp"

#include <sys/epoll.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace prong::pool {

struct WorkforceOptions {
  unsigned workers = 1;
  ZygoteOrigin zygote = {};
  std::uint64_t items_max = UINT64_MAX;  // that one life of a worker gets
  std::size_t memory_max = SIZE_MAX;     // bytes that a worker may hold at the end of a task
  std::optional<std::chrono::milliseconds> idle_time = {};
  std::chrono::milliseconds tidy_time = {};  // for the end of one prepared state
  Sandbox sandbox = Sandbox::none;
  std::optional<std::size_t> memory_limit = {};  // the sandbox's, in bytes
  std::filesystem::path core_directory = {};     // where workers leave theirs; empty: they leave none
};

// The engine's lock guards it.
class Workforce {
 public:
  using Clock = WorkerLife::Clock;

  // Starts the zygote and asks for all workers. Throws as launch_zygote does.
  Workforce(std::shared_ptr<PoolMemory> memory, sandbox::Plan sandbox, WorkforceOptions options);
  // Ends all processes, and passes on what they printed last. [blocks]
  ~Workforce();
  Workforce(const Workforce&) = delete;
  Workforce& operator=(const Workforce&) = delete;

  // To be polled by the dispatcher; what it tells goes to handle(), which tells how many reports it read.
  [[nodiscard]] int epoll() const noexcept { return epoll_.number(); }
  std::size_t handle(std::span<const epoll_event> events);
  void wake() noexcept { transport::signal_eventfd(wake_.number()); }  // who polls epoll()
  // When keep_time() is to be called next; nothing: after some event.
  [[nodiscard]] const std::optional<Clock::time_point>& due() const noexcept { return due_; }
  // At the latest then. Tells whether that is earlier than was known.
  bool look_by(Clock::time_point due) noexcept;
  // Time limits that passed, workers whose time to be born has come. Goes through all workers.
  void keep_time(Clock::time_point now);

  // Reads what the workers reported, and tells how many reports that was; called without need it does
  // nothing.
  std::size_t read_reports();

  // By slot; entries may be null.
  [[nodiscard]] const std::vector<std::unique_ptr<WorkerLife>>& lives() const noexcept { return lives_; }
  // Slots whose workers may have room for tasks: those to which something has happened since they were last
  // found full, or gone. Handing out costs the same for 2 and for 1000 workers because of this list.
  void take_open(std::vector<std::uint32_t>& slots) noexcept;
  void put_open(std::uint32_t slot);
  // How many items more this one may be sent.
  [[nodiscard]] std::uint64_t items_left(const WorkerLife& worker) const noexcept;
  // Items whose workers crashed, since the last time.
  [[nodiscard]] std::vector<Unfinished> take_unfinished() noexcept { return std::exchange(unfinished_, {}); }
  // The zygote of now: how many came before it, and itself.
  [[nodiscard]] std::uint64_t zygote_number() const noexcept { return zygotes_; }
  // Makes it answer; it has when zygote_answers() is so many. Throws std::system_error when it is gone.
  [[nodiscard]] std::uint64_t ask_zygote();
  [[nodiscard]] std::uint64_t zygote_answers() const noexcept { return zygote_answers_; }
  // Kills a worker; its running item ends as `reason` says.
  void kill(WorkerLife& worker, Failure reason);
  // Whether somebody, but for `except`, can still run this version of a file.
  [[nodiscard]] bool has_version(const FileVersion& file, const WorkerLife* except = nullptr) const noexcept;
  // Ends a worker that runs nothing; another one takes its place, and others the tasks that wait for it.
  void recycle(WorkerLife& worker);
  // Work waits, and so many more workers could take it: those that idleness ended are born again.
  void rouse(std::uint64_t workers);
  [[nodiscard]] bool may_have_dormant() const noexcept { return options_.idle_time.has_value(); }
  [[nodiscard]] unsigned wanted() const noexcept { return wanted_; }
  void resize(unsigned workers);
  [[nodiscard]] std::uint64_t respawns() const noexcept { return respawns_; }
  // No more births. Running items end as `reason` says.
  void kill_all(const Failure& reason);

  // The same at once, and without an ending for anything: whoever calls this keeps no accounts any more.
  void end_all() noexcept;

  // The pool cannot go on: no more births, everything that runs is lost.
  void give_up(const std::string& reason);
  // Why there will be no more workers; nothing while there are.
  [[nodiscard]] const std::optional<std::string>& broken() const noexcept { return broken_; }

 private:
  enum class Source : std::uint32_t { wake, zygote_message, zygote_death, report, output, death };
  void watch(const transport::FileDescriptor& descriptor, Source source, std::uint64_t serial);
  [[nodiscard]] static std::uint64_t serial_of(const WorkerLife& worker) noexcept;
  void unwatch(const transport::FileDescriptor& descriptor) noexcept;

  // What is kept of a place for a worker, whoever holds it now.
  struct Slot {
    std::optional<Clock::time_point> birth;  // when its next worker is due
    bool dormant = false;                    // its worker ended for lack of work
    bool lived = false;                      // somebody has held it
    bool open = false;                       // it is in the list of open ones
  };

  std::size_t handle_worker(WorkerLife& worker, Source source);
  void start_zygote();
  void read_messages();
  void take_message(transport::Received received);
  void on_zygote_death();

  void bear(std::uint32_t slot);
  void on_born(transport::Received received);
  void on_not_born(const transport::Message& message);
  std::size_t read_reports_of(WorkerLife& worker);
  // False: there was none that counts. `seen_at`: when the first of several was.
  bool read_report(WorkerLife& worker, std::optional<Clock::time_point>& seen_at);
  void after_task(WorkerLife& worker);
  void recycle_when_empty(WorkerLife& worker);
  void schedule_birth(std::uint32_t slot, std::chrono::milliseconds delay);
  [[nodiscard]] std::optional<Clock::time_point> next_time(Clock::time_point now) const;
  void read_output(WorkerLife& worker);
  void watch_over(WorkerLife& worker, Clock::time_point now);
  void watch_memory(WorkerLife& worker, const JobFacts& facts, Clock::time_point now);
  void condemn(WorkerLife& worker, Condemned condemned);
  void execute(WorkerLife& worker, Clock::time_point now);
  void end_idle(Clock::time_point now);
  [[nodiscard]] std::optional<Clock::time_point> next_answer() const;
  [[nodiscard]] bool wants_worker(std::uint32_t slot) const noexcept;
  void on_gone(std::uint32_t slot);
  [[nodiscard]] ExitStatus status_of(const WorkerLife& worker, const transport::Message& death);
  void bury(std::unique_ptr<WorkerLife> worker, const ExitStatus& status);
  void count_stillborn(const std::string& how);
  [[nodiscard]] std::chrono::milliseconds delay()
      const noexcept;  // before the next birth, after barren deaths
  [[nodiscard]] std::unique_ptr<WorkerLife>* find(std::uint64_t life) noexcept;

  std::shared_ptr<PoolMemory> memory_;
  sandbox::Plan sandbox_;
  WorkforceOptions options_;
  unsigned wanted_;
  transport::FileDescriptor epoll_;
  transport::FileDescriptor wake_;
  std::unique_ptr<ZygoteProcess> zygote_;
  std::vector<std::unique_ptr<WorkerLife>> lives_;  // by slot
  std::vector<Slot> slots_;                         // the same
  std::vector<std::uint32_t> open_;
  std::optional<Clock::time_point> due_;
  std::vector<std::unique_ptr<WorkerLife>> gone_;  // dead, until the zygote says how
  std::vector<Unfinished> unfinished_;
  MemoryKills memory_kills_;
  OutputBudget output_budget_;
  std::uint64_t next_life_ = 1;
  std::uint64_t zygotes_ = 0;           // started so far
  std::uint64_t zygote_questions_ = 0;  // to this one
  std::uint64_t zygote_answers_ = 0;
  Clock::time_point zygote_heard_{};  // its last message
  std::size_t unborn_ = 0;  // asked for, not yet born: more would fill the sockets, and both sides would wait
  unsigned stillborn_ = 0;  // in a row: workers that died before they could take a task, or were not born
  unsigned idle_deaths_ = 0;  // in a row: workers that died later, and nobody is to blame
  std::uint64_t respawns_ = 0;
  bool ending_ = false;
  std::optional<std::string> broken_;
};

}  // namespace prong::pool
