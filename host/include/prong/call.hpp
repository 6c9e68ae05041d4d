// The untyped call that everything else is a layer over: a function's name, encoded items, encoded results.
#pragma once

#include <prong/export.hpp>
#include <prong/outcome.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong {

namespace pool {
class JobHandle;
}

enum class FunctionKind : std::uint8_t { map, result };

enum class Encoding : std::uint8_t {
  native,   // results only: whichever of raw, views and msgpack the function's result type has
  raw,      // fixed size, as a C struct of scalars in declaration order (docs/values.md)
  views,    // str or bytes: the bytes
  msgpack,  // one MessagePack value, of any type
  json,     // one JSON text
  text,     // a str or bytes as it is (a result: a str alone), any other type as JSON
};

// How values of a type are written natively: raw, views or msgpack. Throws std::invalid_argument when the
// signature is none.
[[nodiscard]] PRONG_API Encoding native_encoding(std::string_view signature);

// An argument given once for a whole job, by parameter name.
struct Bound {
  std::string name = {};
  Encoding encoding = Encoding::json;  // not native
  std::string value = {};              // encoded
  std::string signature = {};          // of the C++ type it was made from; empty: taken as the function's
};

// What to run, and how items and results are written. A value.
struct Call {
  std::string function = {};  // "stats.square"
  FunctionKind kind = FunctionKind::map;
  std::vector<Bound> bound = {};
  Encoding items = Encoding::raw;  // not native
  // The C++ types of the caller; each, when given, must equal the function's.
  std::string item_signature = {};
  std::string result_signature = {};
  Encoding results = Encoding::native;
  std::uint64_t chunk_size = 0;  // items a worker takes at once; 0: adapts to the time that items take
  std::uint64_t seed = 0;        // for functions that draw random numbers
  // What one item may take, from its start; then its worker is killed and it ends as timed_out. With a
  // time-out, each item is announced before it starts, also in a pure function. Looked at every eighth of it,
  // or every millisecond: what is shorter than that may take so long.
  std::optional<std::chrono::nanoseconds> timeout = {};
  // How often an item is run again that threw, or whose worker crashed, exited or timed out while it ran.
  unsigned retries = 0;
  bool ordered = true;  // Job::next hands pieces over in input order; false: as they come
  // Pieces that Job::next handed over count for the window until Job::release says that they are not needed.
  bool held = false;
  // Pieces say which worker ran their items, and when: Piece::stints. Each item's time is taken, which makes
  // short ones of a pure function slower. Not of result functions.
  bool timed = false;
  // Job::push waits while this many bytes of input and results were pushed or made and not handed over.
  std::size_t window_bytes = SIZE_MAX;
};

// Consecutive items in the call's encoding. The spans are read during the call only, and not copied when they
// lie in memory that Pool::allocate or an earlier job of the same pool gave.
struct Items {
  std::span<const std::byte> bytes = {};
  // Every encoding but raw: count + 1 offsets into bytes; item i is [offsets[i], offsets[i + 1] - gap).
  std::span<const std::uint64_t> offsets = {};
  std::uint64_t count = 0;
  std::uint32_t gap = 0;  // bytes after each item that are not part of it, as the newline of a line
  // The index that the function is told of each item, and its random numbers depend on; empty: of the first
  // one `first_index`, or else the number of items that were pushed before, and so on. A job counts its items
  // from 0 all the same.
  std::span<const std::uint64_t> indices = {};
  std::optional<std::uint64_t> first_index = {};
};

// What one worker did in one go: items [first, first + count), one after the other. A value.
struct Stint {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  // The worker's place among the workers of the pool, below their number: who replaces one takes its place.
  unsigned place = 0;
  int worker = 0;  // pid
  std::chrono::steady_clock::time_point began = {};
  std::chrono::steady_clock::time_point ended = {};
  // returned: its items have ended, each as the piece says. Else it was an attempt to run item `first`, which
  // ended so and was tried again.
  Ending attempt = Ending::returned;
  // That each item took, 0 when it was not run; empty: the function did not say, or is in a strict sandbox.
  std::vector<std::chrono::nanoseconds> times = {};
};

// What is known of consecutive items [first, first + count), or of a result function's one result.
struct Piece {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  Encoding encoding = Encoding::raw;  // raw, views, msgpack, json or text
  // raw: `count` results, one every `stride` bytes (a failed item's are unspecified), in memory of the pool.
  // views, msgpack: the values of items that returned, one after the other.
  // json, text: one line, newline included, for each item that returned. text of a result function: as it is,
  // when it is empty or ends with a newline.
  std::span<const std::byte> bytes = {};
  std::size_t stride = 0;
  std::vector<std::uint64_t> ends = {};       // views, msgpack: for each item the end of its value in bytes
  std::vector<Failure> failures = {};         // rising index
  std::vector<std::uint64_t> positions = {};  // json, text: where in bytes each failure's line would stand
  std::shared_ptr<const void> memory = {};    // what bytes points into
  // What the call was pinned to; null: a function of the host's own.
  std::shared_ptr<const PluginBuild> build = {};
  // Of a call that is timed: what workers did about these items. None for those that no worker began.
  std::vector<Stint> stints = {};
};

// How far a job is. A value, as of one moment.
struct JobProgress {
  std::uint64_t pushed = 0;       // items
  std::uint64_t ended = 0;        // of these, however they ended
  std::uint64_t failed = 0;       // of these, those that did not return
  std::uint64_t handed_over = 0;  // of the ended ones, by next() or collect()
  bool finished = false;          // no more items come
};

// A running call. Copies are handles to one job; when the last is gone, a job that is not finished is
// cancelled. [host] [any thread]
class PRONG_API Job {
 public:
  explicit Job(std::shared_ptr<pool::JobHandle> handle);
  ~Job();
  Job(const Job&) = default;
  Job(Job&&) noexcept = default;
  Job& operator=(const Job&) = default;
  Job& operator=(Job&&) noexcept = default;

  // Appends items. [blocks] while the call's window is full. Throws UsageError after finish() or
  // cancel() or when the pool was terminated, Mismatch when the encoding does not fit the function,
  // PoolBroken when there is no memory for them.
  void push(const Items& items);

  // No more items come. Idempotent.
  void finish();

  // The next piece; nullopt when every item of a finished job was handed over. [blocks]
  [[nodiscard]] std::optional<Piece> next();
  // As next(), and nullopt when the deadline passes first.
  [[nodiscard]] std::optional<Piece> next_until(std::chrono::steady_clock::time_point deadline);

  // Of a call whose pieces are held: those of items below this one are not needed any more. While the window
  // is full, of what waits only the first item that was not released is run. [never blocks]
  void release(std::uint64_t below);

  // All remaining pieces, in input order, once every item has ended. Calls finish(). [blocks]
  [[nodiscard]] std::vector<Piece> collect();

  // Items that have not ended become `cancelled`. A running one that does not stop by itself very soon is
  // stopped with its worker, which is replaced. [never blocks]
  void cancel();
  // The same, but what runs goes on to its end.
  void drain();
  // The same for one item; the others are not touched. Nothing when it has ended. [never blocks]
  void cancel(std::uint64_t item);

  [[nodiscard]] JobProgress progress() const;

  // The version of the plugin's file that this call runs, and no other, whatever becomes of the file; null: a
  // function of the host's own.
  [[nodiscard]] std::shared_ptr<const PluginBuild> build() const;

  // Whether the job is over by the deadline: finished or given up, and every item has ended. [blocks]
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point deadline);

  // The job goes on when its last handle is gone, and what its items return is dropped. [never blocks]
  void detach();

  // Calls `callback` on the pool's callback thread once all items of the finished job have ended, at once
  // when they have; in the order in which jobs end. It may call everything of the pool, and may not throw.
  // When the pool has ended, the callback runs in this call.
  void when_done(std::function<void()> callback);
  // Whether the caller runs on the pool's callback thread.
  [[nodiscard]] bool is_in_callback() const;

 private:
  std::shared_ptr<pool::JobHandle> handle_;
};

}  // namespace prong
