// The pool: worker processes that run plugin functions, by name, over data in shared memory.
#pragma once

#include <prong/error.hpp>
#include <prong/function_info.hpp>
#include <prong/registry.hpp>
#include <prong/results.hpp>
#include <prong/typed_items.hpp>

#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>

namespace prong {

namespace pool {
class Engine;
}

// Where workers come from.
enum class StartMethod : std::uint8_t {
  automatic,  // fork when dynamic functions are defined, else exec
  exec,       // of a fresh executable: they know plugins only; the host may have threads
  fork,       // of a copy of this process as it is when the pool starts: they have its data and its functions
};

struct PoolOptions {
  unsigned workers =
      0;  // processes; 0: processors this process may use (affinity, cgroup quota), at most 1024
  // A plugin that takes longer to load, its constructors included, is refused.
  std::chrono::milliseconds load_timeout{10'000};
  // The zygote's executable; empty: libexec/prong/prong-zygote beside libprong.
  std::filesystem::path zygote = {};
  StartMethod start_method = StartMethod::automatic;
  // A fork of a process with threads (but the calling one, and Prong's own) is refused, since locks of the C
  // library that one of them holds at that moment stay locked in every worker; unless this is set, for
  // threads that are known to be at rest.
  bool allow_fork_with_threads = false;
};

struct MapOptions {
  std::vector<Bound> bound = {};  // see prong::bind
  std::uint64_t chunk_size = 0;   // items a worker takes at once; 0: adapts
  std::uint64_t seed = 0;
};

// Memory of a pool that its workers read without a copy. Movable; freed with the last of its span's users.
template <class T>
class SharedArray {
 public:
  SharedArray(std::shared_ptr<void> memory, std::size_t count) : memory_{std::move(memory)}, count_{count} {}
  [[nodiscard]] T* data() const noexcept { return static_cast<T*>(memory_.get()); }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] T* begin() const noexcept { return data(); }
  [[nodiscard]] T* end() const noexcept { return data() + count_; }
  [[nodiscard]] T& operator[](std::size_t i) const noexcept { return data()[i]; }

 private:
  std::shared_ptr<void> memory_;
  std::size_t count_;
};

// Worker processes and the thread that serves them. [host] [any thread], the destructor included.
// In a child that the host forks, a pool is inert: its destructor does nothing there.
class PRONG_API Pool {
 public:
  // Starts the workers without waiting for them. Throws PoolBroken, UsageError. With StartMethod::fork,
  // prints first what is left in the buffers of standard streams.
  explicit Pool(const Registry& functions, PoolOptions options = {});
  ~Pool();  // terminate() and join(); [blocks] for at most a few seconds
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // The untyped call. Finds and loads the function first, on its first use in this pool [blocks]. Throws
  // CannotFind, Refused, Mismatch, UsageError, PoolBroken; once it returns, every item ends exactly once.
  [[nodiscard]] Job open(const Call& call);
  // open(), push(items), finish().
  [[nodiscard]] Job submit(const Call& call, const Items& items);

  // map(f, items): one result per item, in input order; waits for all, then throws TaskFailed for the first
  // failure. Items: any range of the function's parameter type, or of tuples when it has several.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] Results<R> map(std::string_view function, Range&& items, MapOptions options = {}) {
    ResultSet set = run_map(function, items, std::move(options), signature_v<R>);
    if (!set.failures().empty()) throw TaskFailed{set.failures().front()};
    return Results<R>{std::move(set)};
  }
  // As map, and never throws for an item.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] Outcomes<R> map_outcomes(std::string_view function, Range&& items, MapOptions options = {}) {
    return Outcomes<R>{run_map(function, items, std::move(options), signature_v<R>)};
  }
  // One call with these arguments.
  template <class R, class... Arguments>
  [[nodiscard]] R apply(std::string_view function, const Arguments&... arguments);

  // map, then the result function of the same name over all results; returns what it returns. Throws
  // TaskFailed for the first item that failed, without calling it. Each bound argument goes to whichever of
  // the two functions has a parameter of that name.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] R run(std::string_view function, Range&& items, MapOptions options = {});

  // Uninitialised memory for `count` values that maps of this pool read in place.
  template <class T>
    requires raw_is_identity_v<T>
  [[nodiscard]] SharedArray<T> allocate(std::size_t count) {
    return {allocate_bytes(count * sizeof(T)), count};
  }
  [[nodiscard]] std::shared_ptr<void> allocate_bytes(std::size_t size);

  // What a function says of itself, without loading it. Throws CannotFind, Refused.
  [[nodiscard]] FunctionInfo describe(std::string_view function, FunctionKind kind = FunctionKind::map);
  // Every file on the plugin path, looked at in a worker, without running any of its code.
  [[nodiscard]] std::vector<ModuleInfo> modules();

  [[nodiscard]] unsigned workers() const noexcept;
  [[nodiscard]] std::vector<int> worker_pids() const;  // of the workers alive now

  void close();      // no more calls; running ones go on. Idempotent. [never blocks]
  void terminate();  // kills the workers; what has not ended is `lost`. Idempotent.
  void join();       // waits until all calls have ended and all processes are gone. Throws UsageError unless
                     // closed or terminated. [blocks]

 private:
  // The options of run(), to each function what it has a parameter for.
  struct SplitOptions {
    MapOptions mapper;
    MapOptions result;
  };
  template <class Range>
  ResultSet run_map(std::string_view function, Range&& items, MapOptions options, std::string_view result);
  SplitOptions split_options(std::string_view function, MapOptions options);
  static Call result_call(std::string_view function, const SplitOptions& options,
                          const std::string& item_type, std::string_view result_type);
  static void push_results(Job& reduction, const ResultSet& mapped);

  std::shared_ptr<pool::Engine> engine_;
};

}  // namespace prong

#include <prong/pool_typed.hpp>
