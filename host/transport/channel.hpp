// The memory that the host shares with one life of one worker: two rings, a progress record, and the arena.
//
//   offset 0   HostWords      written by the host     bell, releases
//              WorkerWords    written by the worker   asleep
//              Progress       written by the worker   what runs now, for the one who looks after a death
//              CrashRecord    written by the worker   where it crashed, for the same
//              tasks          Ring, host → worker
//              reports        Ring, worker → host
//   arena_offset   blocks: what a task made that has no fixed place (values of variable size, failures)
//   own_results_offset   fixed-size results, where a worker must not write into the pool's: the host says
//                        where, for each task, and copies them
//
// A block is the table of its runs, one slot for each item of the task, and then their bytes:
//   | Run | Run | … (task.count slots, sparse) | bytes of run 0 | bytes of run 1 | …
// The host releases blocks in the order in which they were reported.
#pragma once

#include "limits.hpp"
#include "transport/crash_record.hpp"
#include "transport/ring.hpp"
#include "transport/shared_memory.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace prong::transport {

// Work: items [start, start + count) of a segment.
struct Task {
  std::uint64_t id = 0;       // rises by one in each life of a worker, from 1
  std::uint64_t job = 0;      // offset of the JobRecord in inputs
  std::uint64_t segment = 0;  // offset of the SegmentRecord in inputs
  std::uint64_t start = 0;
  std::uint32_t count = 0;
  std::uint32_t exact = 0;  // progress before every item, also in a pure function
  // Offset in the channel where the task's fixed-size results go; 0: into the outputs.
  std::uint64_t results = 0;
};

enum class ReportKind : std::uint64_t {
  finished = 1,  // every item of the task has ended
  part = 2,      // the block is full, the task goes on in another
  refused = 3,   // the function cannot be loaded; the block's one run says why
  spent = 4,     // as finished, and the worker is no longer fit for other tasks
};

// What the worker says of a task, or of a part of it.
struct Report {
  std::uint64_t task = 0;
  ReportKind kind = ReportKind::finished;
  std::uint64_t block = 0;   // serial number, rises by one in each life of a worker, from 1
  std::uint64_t offset = 0;  // of the block in the arena
  std::uint64_t runs = 0;
  std::uint64_t nanoseconds = 0;  // that the task has taken so far
};

// Bytes [end of the run before, end) of a block: what became of items [first, first + count) of the task.
struct Run {
  std::uint64_t end = 0;
  std::uint32_t first = 0;
  // Values: 1. Lines of json or text: as many as there are. 0: item `first` failed, and the bytes are a
  // FailureHead, the type's name and the sentence.
  std::uint32_t count = 0;
};

struct FailureHead {
  std::uint32_t ending = 0;     // prong::Ending: threw, rejected, too_large
  std::uint32_t type_size = 0;  // bytes
};

// What the host reads after a death. Items below base + done of task `task` have ended, and those that a run
// of block `block` names. Two spans: one is filled while the other counts, and `current` turns to it in one
// store, so that no instruction at which a worker dies shows a base without its count.
struct Progress {
  struct Span {
    std::uint64_t base;
    std::uint64_t done;  // a plugin's prong_batch::progress points here
  };
  std::atomic<std::uint64_t> task;     // 0: none has started
  std::atomic<std::uint64_t> loading;  // a task whose function is being loaded; 0: none
  std::atomic<std::uint64_t> tidying;  // an ended job whose prepared state is being destroyed; 0: none
  std::atomic<std::uint64_t> current;  // 0 or 1
  std::array<Span, 2> spans;
  std::atomic<std::uint64_t> block;  // serial number of the open block
  std::atomic<std::uint64_t> offset;
  std::atomic<std::uint64_t> runs;
};

struct HostWords {
  std::atomic<std::uint32_t> bell;      // a futex: changes when the worker should look again
  std::atomic<std::uint64_t> released;  // blocks that the worker may overwrite, by serial number
};

inline constexpr std::size_t core_directory_bytes = 4096;  // PATH_MAX

// At the start of the inputs: what all workers of a pool are told. Written by the host.
struct PoolWords {
  // Numbers of the jobs that are not over, each at the place that its record names. 0: nobody's. What a
  // worker keeps of a job that is not there it may forget.
  std::array<std::atomic<std::uint64_t>, limits::open_jobs_max> open_jobs;
  std::atomic<std::uint32_t> spin_micros;  // how long a worker without work spins before it sleeps
  std::atomic<std::uint32_t> attended;     // somebody in the host polls the reports: no need to signal
  // Where a worker that crashes goes before it dumps its core; empty: it makes none. Written before workers
  // are born.
  std::array<char, core_directory_bytes> core_directory;
};

// What a worker sleeps for.
enum class Asleep : std::uint32_t { no = 0, for_task = 1, for_room = 2 };

struct WorkerWords {
  std::atomic<std::uint32_t> ready;  // it can take tasks
  std::atomic<Asleep> asleep;
};

using TaskRing = Ring<Task, limits::task_slots>;
using ReportRing = Ring<Report, limits::report_slots>;

struct ChannelMemory {
  alignas(64) HostWords host;
  alignas(64) WorkerWords worker;
  alignas(64) Progress progress;
  alignas(64) CrashRecord crash;
  TaskRing tasks;
  ReportRing reports;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

inline constexpr std::size_t arena_offset = 65536;
static_assert(sizeof(ChannelMemory) <= arena_offset);
inline constexpr std::size_t own_results_offset = arena_offset + limits::arena_bytes;
inline constexpr std::size_t channel_bytes = own_results_offset + limits::own_results_bytes;

// Bytes that the table of a task's runs takes.
[[nodiscard]] constexpr std::size_t run_table_bytes(std::uint64_t count) noexcept {
  return (count * sizeof(Run) + 63) / 64 * 64;
}

static_assert(run_table_bytes(limits::task_items_max) + limits::result_bytes_max <= limits::arena_bytes);

[[nodiscard]] FileDescriptor make_channel_file();

// Sleeps while *word == seen; also returns at a signal or without a reason. [worker]
void wait_on_word(const std::atomic<std::uint32_t>& word, std::uint32_t seen) noexcept;
// Changes *word and wakes who sleeps on it. [host]
void bump_word(std::atomic<std::uint32_t>& word) noexcept;

// A pause of a spinning thread.
void spin_pause() noexcept;

}  // namespace prong::transport
