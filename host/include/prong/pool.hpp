// The pool: worker processes that run plugin functions, by name, over data in shared memory.
#pragma once

#include <prong/async_result.hpp>
#include <prong/error.hpp>
#include <prong/function_info.hpp>
#include <prong/imap.hpp>
#include <prong/options.hpp>
#include <prong/registry.hpp>
#include <prong/results.hpp>
#include <prong/typed_items.hpp>

#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace prong {

namespace pool {
class Backend;
}

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
// In a child that the host forks, a pool is inert: its destructor does nothing there, its calls throw
// UsageError, and its memory is not there: results, and arrays that it allocated, may not be touched.
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
  // The same, and waits for all of it: sooner than submit() and collect() when it is soon over. [blocks]
  [[nodiscard]] std::vector<Piece> complete(const Call& call, const Items& items);

  // map(f, items): one result per item, in input order; waits for all, then throws TaskFailed for the first
  // failure. Items: any range of the function's parameter type, or of tuples when it has several.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] Results<R> map(std::string_view function, Range&& items, MapOptions options = {}) {
    ResultSet set = checked<R>(run_map(function, items, std::move(options), signature_v<R>), function);
    if (!set.failures().empty()) throw TaskFailed{set.failures().front()};
    return Results<R>{std::move(set)};
  }
  // As map, and never throws for an item.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] Outcomes<R> map_outcomes(std::string_view function, Range&& items, MapOptions options = {}) {
    return Outcomes<R>{checked<R>(run_map(function, items, std::move(options), signature_v<R>), function)};
  }
  // One call with these arguments.
  template <class R, class... Arguments>
  [[nodiscard]] R apply(std::string_view function, const Arguments&... arguments);

  // map for items that are tuples, one element for each parameter.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] Results<R> starmap(std::string_view function, Range&& items, MapOptions options = {}) {
    check_tuple<ItemOf<Range>>();
    return map<R>(function, items, std::move(options));
  }

  // Results in input order, one by one, while the range is still being read: it may be endless. See Imap.
  template <class R, std::ranges::viewable_range Range>
  [[nodiscard]] auto imap(std::string_view function, Range&& items, MapOptions options = {}) {
    return stream<R, R>(function, std::forward<Range>(items), std::move(options), {.ordered = true});
  }
  // As imap, in the order in which they come.
  template <class R, std::ranges::viewable_range Range>
  [[nodiscard]] auto imap_unordered(std::string_view function, Range&& items, MapOptions options = {}) {
    return stream<R, R>(function, std::forward<Range>(items), std::move(options), {.ordered = false});
  }
  // As imap; gives Outcome<R>, and never throws for an item.
  template <class R, std::ranges::viewable_range Range>
  [[nodiscard]] auto imap_outcomes(std::string_view function, Range&& items, MapOptions options = {}) {
    return stream<R, Outcome<R>>(function, std::forward<Range>(items), std::move(options), {.ordered = true});
  }

  // map, starmap and apply that do not wait. What is wrong with the call itself they throw at once.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] AsyncResult<Results<R>> map_async(std::string_view function, Range&& items,
                                                  AsyncOptions<Results<R>> options = {});
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] AsyncResult<Results<R>> starmap_async(std::string_view function, Range&& items,
                                                      AsyncOptions<Results<R>> options = {}) {
    check_tuple<ItemOf<Range>>();
    return map_async<R>(function, items, std::move(options));
  }
  template <class R, class... Arguments>
  AsyncResult<R> apply_async(std::string_view function, const Arguments&... arguments) {
    return apply_async<R>(function, std::tuple<const Arguments&...>{arguments...}, AsyncOptions<R>{});
  }
  // The same with options; the arguments as one tuple.
  template <class R, class... Arguments>
  AsyncResult<R> apply_async(std::string_view function, const std::tuple<Arguments...>& arguments,
                             AsyncOptions<R> options);

  // map, then the result function of the same name over all results; returns what it returns. Throws
  // TaskFailed for the first item that failed, without calling it. Each bound argument goes to whichever of
  // the two functions has a parameter of that name.
  template <class R, std::ranges::input_range Range>
  [[nodiscard]] R run(std::string_view function, Range&& items, MapOptions options = {});

  // Uninitialised memory for `count` values that maps of this pool read in place.
  template <class T>
    requires raw_is_identity_v<T>
  [[nodiscard]] SharedArray<T> allocate(std::size_t count) {
    if (count > SIZE_MAX / sizeof(T)) throw UsageError{"allocate: more bytes than there are addresses"};
    return {allocate_bytes(count * sizeof(T)), count};
  }
  [[nodiscard]] std::shared_ptr<void> allocate_bytes(std::size_t size);

  // What a function says of itself, without loading it. Throws CannotFind, Refused.
  [[nodiscard]] FunctionInfo describe(std::string_view function, FunctionKind kind = FunctionKind::map);
  // Every file on the plugin path, looked at in a worker, without running any of its code.
  [[nodiscard]] std::vector<ModuleInfo> modules();
  // Every file of the module `name`, and of the module that has functions of that name, with these alone: the
  // file that is used first, then those that it shadows. It may be refused. Throws CannotFind.
  [[nodiscard]] std::vector<ModuleInfo> find(const std::string& name);

  [[nodiscard]] unsigned workers() const;              // wanted; see resize()
  [[nodiscard]] std::vector<int> worker_pids() const;  // of the workers alive now
  [[nodiscard]] PoolStatistics statistics() const;
  // What of the sandbox is in force: tried, in a worker. [blocks]
  [[nodiscard]] SandboxReport sandbox_report() const;
  // More workers are started; of too many, those that run something finish it first. 0: as in PoolOptions.
  // [never blocks]
  void resize(unsigned workers);

  void close();      // no more calls; running ones go on. Idempotent. [never blocks]
  void terminate();  // kills the workers; what has not ended is `lost`. Idempotent.
  // Waits until all calls have ended and all processes are gone. A stream (imap) that this thread reads half
  // must be dropped first: its call never ends. Throws UsageError unless closed or terminated. [blocks]
  void join();

 private:
  // The options of run(), to each function what it has a parameter for.
  struct SplitOptions {
    MapOptions mapper;
    MapOptions result;
  };
  struct StreamOptions {
    bool ordered = true;
  };
  [[nodiscard]] Allocate allocator() const;
  template <class Range>
  [[nodiscard]] Job start_map(std::string_view function, Range&& items, MapOptions options,
                              std::string_view result);
  template <class Range>
  ResultSet run_map(std::string_view function, Range&& items, MapOptions options, std::string_view result);
  template <class R, class Value, class Range>
  auto stream(std::string_view function, Range&& items, MapOptions options, StreamOptions stream);
  template <class T, class Decode>
  static AsyncResult<T> when_done(Job job, AsyncOptions<T> options, Decode decode);
  template <class Item>
  static constexpr void check_tuple() {
    static_assert(requires { std::tuple_size<Item>::value; }, "prong: starmap takes tuples, map any items");
  }
  SplitOptions split_options(std::string_view function, MapOptions options);
  static Call result_call(std::string_view function, const SplitOptions& options,
                          const std::string& item_type, std::string_view result_type);
  static void push_results(Job& reduction, const ResultSet& mapped);

  std::shared_ptr<pool::Backend> backend_;
};

}  // namespace prong

#include <prong/pool_typed.hpp>
