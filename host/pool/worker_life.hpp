// One life of one worker, as the host keeps it: the channel's host end, and the tasks it holds. Private
// memory; the only trust in the worker is that its claims are read by pool/claims.
#pragma once

#include "pool/claims.hpp"
#include "pool/item_watch.hpp"
#include "pool/job_state.hpp"
#include "pool/memory_watch.hpp"
#include "pool/worker_output.hpp"
#include "transport/channel.hpp"
#include "transport/range_allocator.hpp"

#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prong::pool {

// A pure function publishes its progress once in so many items (plugin_api's block).
inline constexpr std::uint64_t pure_block = 256;

// What the items of a task before a place took together.
struct TimeBefore {
  std::uint64_t place = 0;
  std::chrono::nanoseconds time{0};
};

// A task that was sent and has not wholly ended.
struct TaskInFlight {
  std::uint64_t id = 0;
  std::shared_ptr<JobState> job;
  ItemRange range;
  std::vector<bool> ended = {};   // places that are no longer this task's: ended, or given back; empty: none
  std::uint64_t ended_count = 0;  // of these
  std::uint32_t slot = 0;         // of the worker that holds it
  int pid = 0;                    // the same
  std::chrono::steady_clock::time_point sent = {};  // when the job is timed
  // By its last report; nothing: its worker died meanwhile.
  std::optional<std::chrono::nanoseconds> elapsed = {};
  TimeBefore told = {};  // the last that was asked for, when the job is timed
  // Of a worker that must not write into the outputs: where in its own the fixed-size results are.
  std::optional<std::size_t> own_results = {};
  std::size_t own_results_bytes = 0;

  [[nodiscard]] bool has_ended(std::uint64_t place) const {
    return ended_count == range.count || (!ended.empty() && ended[place]);
  }
  // Precondition, asserted: they are the task's, and have not.
  void mark_ended(std::uint64_t place, std::uint64_t count = 1);
  // How many items a place of the progress record stands for.
  [[nodiscard]] std::uint64_t announced_items() const noexcept {
    return job->facts().pure && !range.exact ? pure_block : 1;
  }
};

// How the zygote says a process ended.
struct ExitStatus {
  bool known = false;  // false: the zygote died with it
  bool signalled = false;
  int number = 0;  // exit code, or signal
  std::uint64_t peak_memory = 0;
  OutOfMemory out_of_memory = OutOfMemory::no;
  std::filesystem::path core = {};
};

// An item that has ended but for the names in its crash report.
struct Unfinished {
  std::shared_ptr<JobState> job;
  Piece piece;
};

// What a worker is to be killed for, once it is certain that it is still at it: an item, or what it destroys.
struct Condemned {
  std::uint64_t task = 0;
  std::uint64_t place = 0;
  std::uint64_t tidying = 0;  // a job's number; 0: it is the item
  Failure reason;
  std::chrono::steady_clock::time_point stopped_at;
};

// Of items that a liar held.
[[nodiscard]] Failure impossible_report();

class WorkerLife {
 public:
  using Clock = std::chrono::steady_clock;

  // `memory_limit`: of the sandbox, in bytes.
  WorkerLife(std::uint32_t slot, std::uint64_t life, std::optional<std::size_t> memory_limit);

  // From here on its fixed-size results go through its channel.
  void keep_from_outputs();
  // How many more items of the job it has room for.
  [[nodiscard]] std::uint64_t room_for(const JobState& job) const noexcept;

  // [dispatcher] A worker that lies about what it has read is killed for it.
  void send(std::shared_ptr<JobState> job, ItemRange range);
  // It loaded another version of the file, and a plugin is never unloaded.
  [[nodiscard]] bool holds_other_version(const FileVersion& file) const noexcept;
  // It has loaded, or is loading, a file that is neither of these.
  [[nodiscard]] bool has_loaded_besides(const FileVersion& one, const FileVersion& other) const noexcept;
  // It has run something of this version, and can go on when the file is another one by now.
  [[nodiscard]] bool has_run(const FileVersion& file) const noexcept;
  void note_run(const FileVersion& file);
  // Wakes the worker when it sleeps and something was sent since the last time.
  void ring();
  // Wakes it when it sleeps: a job has ended, whose state it may hold.
  void nudge() noexcept;
  [[nodiscard]] transport::Popped try_report(transport::Report& report) noexcept {
    return reports_.try_pop(report);
  }
  // The blocks up to this one may be overwritten.
  void release(std::uint64_t block);
  // It claimed what cannot be. Kills it, and nothing of what it says counts any more.
  void disbelieve();

  // Whether it came to the point of taking tasks. A claim, which costs nobody anything.
  [[nodiscard]] bool was_ready() const noexcept;
  [[nodiscard]] std::span<const std::byte> arena() const noexcept;
  // Of a task that has its results here.
  [[nodiscard]] std::span<const std::byte> own_results(const TaskInFlight& task, std::uint64_t place,
                                                       std::uint64_t count) const noexcept;
  // Whether it can have put so many bytes into the arena: the pages are there. [never blocks]
  [[nodiscard]] bool can_have_written(std::size_t size) const noexcept;
  [[nodiscard]] LastProgress last_progress() const noexcept;
  // What it wrote about its end by this signal.
  [[nodiscard]] std::optional<CrashReport> told_crash(int signal) const;
  // What it does about its first task. Precondition: there is one.
  [[nodiscard]] Standing standing() const noexcept;
  [[nodiscard]] bool can_take() const noexcept { return pidfd && !retiring && !killed_for && !condemned; }
  [[nodiscard]] std::chrono::nanoseconds busy_time(Clock::time_point now) const noexcept {
    return tasks.empty() ? busy : busy + (now - busy_since_);
  }
  // The ended job whose prepared state it destroys; 0: none. Only who has run something has such a state:
  // what a fresh one says of it is no excuse for its death.
  [[nodiscard]] std::uint64_t tidying() const noexcept {
    return finished_a_task ? last_progress().tidying : 0;
  }
  // When to look at it next for its first task's sake, or for what it is condemned for.
  [[nodiscard]] std::optional<Clock::time_point> next_look(Clock::time_point now) const noexcept;
  // Its first task has wholly ended.
  void pop_task(Clock::time_point now);
  [[nodiscard]] Clock::time_point busy_since() const noexcept { return busy_since_; }

  const std::uint32_t slot;
  const std::uint64_t life;
  transport::FileDescriptor channel_file;
  transport::FileDescriptor wake;
  WorkerOutput output;
  transport::FileDescriptor pidfd;  // none: not born yet
  int pid = 0;
  std::deque<TaskInFlight> tasks;  // the first one runs, or is next
  std::uint64_t blocks = 0;        // the last that was reported
  bool lied = false;               // see disbelieve()
  bool finished_a_task = false;
  bool initialized = false;  // the pool's initializer has returned in it, or there is none
  bool retiring = false;     // gets no more tasks, and is replaced when it has none
  std::uint64_t items = 0;   // that were sent to it
  std::uint64_t items_done = 0;
  std::vector<Unfinished> unfinished;  // of its death
  std::chrono::nanoseconds busy{0};    // with tasks that have ended
  ItemWatch watch;
  TidyWatch tidy_watch;
  MemoryWatch memory_watch;
  std::optional<Condemned> condemned;
  Clock::time_point idle_since = Clock::now();  // before its birth: since that was asked for
  Clock::time_point memory_seen_at{};
  std::optional<Failure> killed_for;            // what its running item ends as
  std::string memory_excess;                    // what it was killed for, when that is memory
  std::optional<Clock::time_point> gone_since;  // dead; the zygote has yet to say how

 private:
  transport::Mapping mapping_;
  transport::ChannelMemory* memory_;
  transport::RingWriter<transport::Task, limits::task_slots> task_ring_;
  transport::RingReader<transport::Report, limits::report_slots> reports_;
  void give_back_room(const TaskInFlight& task) noexcept;

  std::optional<transport::RangeAllocator> room_;  // in own_results()
  std::uint64_t next_task_ = 1;
  bool rung_ = true;                 // since the last send()
  Clock::time_point busy_since_{};   // of its first task
  std::vector<FileVersion> loaded_;  // or being loaded
  std::vector<FileVersion> run_;     // of these
};

}  // namespace prong::pool
