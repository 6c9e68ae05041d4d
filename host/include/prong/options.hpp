// What a pool and a call can be told, and what a pool tells of itself.
#pragma once

#include <prong/call.hpp>
#include <prong/engine.hpp>
#include <prong/sandbox.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace prong {

// A map function and the one item that it is called with in every worker: prong::initializer makes it.
struct Initializer {
  std::string function;
  Bound item;  // its name is not used
};

// Where workers come from.
enum class StartMethod : std::uint8_t {
  automatic,  // fork when dynamic functions are defined, else exec
  exec,       // of a fresh executable: they know plugins only; the host may have threads
  fork,       // of a copy of this process as it is when the pool starts: they have its data and its functions
};

struct PoolOptions {
  // Processes; 0: processors this process may use (affinity, cgroup quota), at most 1024.
  unsigned workers = 0;
  // A plugin that takes longer to load, its constructors included, is refused. A worker that takes longer to
  // destroy what a function prepared for a call that is over is ended, and another one takes its place.
  std::chrono::milliseconds load_timeout{10'000};
  // Called once in every worker before its first item. When it fails, the pool is broken, with that failure.
  std::optional<Initializer> initializer = {};
  // A worker is replaced after so many items, or when it holds so many bytes (resident) at the end of a task.
  std::optional<std::uint64_t> max_tasks_per_child = {};
  std::optional<std::size_t> max_memory_per_child = {};
  // A worker without work for so long ends; one is started when there is work again.
  std::optional<std::chrono::milliseconds> idle_timeout = {};
  // The zygote's executable; empty: libexec/prong/prong-zygote beside libprong.
  std::filesystem::path zygote = {};
  StartMethod start_method = StartMethod::automatic;
  // A fork of a process with threads (but the calling one, and Prong's own) is refused, since locks of the C
  // library that one of them holds at that moment stay locked in every worker; unless this is set, for
  // threads that are known to be at rest.
  bool allow_fork_with_threads = false;
  // A folder for the core dumps of workers that crash, each named core.PID; empty: none are made. The pool
  // cannot start (UsageError) where the system puts cores elsewhere (/proc/sys/kernel/core_pattern).
  std::filesystem::path core_directory = {};
  // How far workers are kept from the rest of the system. A level that this system does not have is an error,
  // never a weaker one.
  Sandbox sandbox = Sandbox::none;
  // From Sandbox::limits on. Bytes of private memory that a worker may have beyond what it starts with: then
  // its allocations fail (std::bad_alloc). Also those of page tables beyond what its memory needs: then it is
  // killed.
  std::optional<std::size_t> memory_limit = {};
  // Processor time, of all threads, that an item may take: then it ends as `timed_out`.
  std::optional<std::chrono::milliseconds> processor_limit = {};
  // Descriptors that a worker may have open.
  std::optional<unsigned> descriptor_limit = {};  // 256
  // For Sandbox::strict: files, and folders with all that is below them, that workers may read, besides the
  // plugin path and the system's libraries.
  std::vector<std::filesystem::path> allow_read = {};
  // Items run on the nodes of an engine, and not on this machine: what is above is then a matter of each
  // node, and giving it here is a UsageError.
  EngineOptions engine = {};
};

// Call says what each means.
struct MapOptions {
  std::vector<Bound> bound = {};  // prong::bind makes them
  std::uint64_t chunk_size = 0;
  std::uint64_t seed = 0;
  std::optional<std::chrono::nanoseconds> timeout = {};
  unsigned retries = 0;
  // run: what the result function may take. The options above are those of the map.
  std::optional<std::chrono::nanoseconds> result_timeout = {};
  // imap and its kin: items that may be read and not yet returned; 0: adapts to how quickly they pass.
  std::uint64_t window = 0;
};

// Of map_async (T is Results<R>) and apply_async (T is R). One of the callbacks runs once, on the pool's
// callback thread, when all items have ended; what it throws, get() throws.
template <class T>
struct AsyncOptions {
  std::function<void(const T&)> callback = {};                 // all returned
  std::function<void(const TaskFailed&)> error_callback = {};  // the first failure
  std::vector<Bound> bound = {};
  std::uint64_t chunk_size = 0;
  std::uint64_t seed = 0;
  std::optional<std::chrono::nanoseconds> timeout = {};
  unsigned retries = 0;

  operator MapOptions() const {  // without the callbacks
    return {.bound = bound, .chunk_size = chunk_size, .seed = seed, .timeout = timeout, .retries = retries};
  }
};

struct WorkerStatistics {
  int pid = 0;
  std::uint64_t items = 0;  // that ended in this life of the worker
  std::chrono::nanoseconds busy{0};
};

// Since the pool began.
struct PoolStatistics {
  std::uint64_t items = 0;                // that ended, of all jobs
  std::uint64_t failures = 0;             // of these, those that did not return
  std::uint64_t respawns = 0;             // workers that took the place of one that had ended
  std::vector<WorkerStatistics> workers;  // alive now
};

}  // namespace prong
