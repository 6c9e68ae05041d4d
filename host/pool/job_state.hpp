// A job's accounting in the host: which items wait, run, have ended, were handed over. Plain bookkeeping
// without processes or system calls. The engine's lock guards it.
#pragma once

#include "limits.hpp"
#include "pool/pool_memory.hpp"
#include "pool/running_items.hpp"
#include "registry/plugin_file.hpp"
#include "transport/job_record.hpp"
#include "values/type.hpp"

#include <prong/call.hpp>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace prong::pool {

// Items that were pushed together, and the memory that they keep.
struct Segment {
  RangePointer record;                     // the SegmentRecord, and behind it what was copied
  std::array<RangePointer, 3> pool_owned;  // items, offsets, indices: null where they were copied, or none
  RangePointer results;                    // may be null: results are not raw, and times are not taken
  std::optional<std::size_t> times;        // of SegmentRecord's, within results; nothing: nobody writes them
  std::uint64_t first = 0;
  std::uint64_t count = 0;  // outcomes: 1 for a result function
  std::size_t bytes = 0;    // of input, for the window
  std::uint64_t handed_over = 0;
};

// Consecutive items of one segment.
struct ItemRange {
  std::shared_ptr<Segment> segment;
  std::uint64_t start = 0;  // place in the segment
  std::uint64_t count = 0;
  bool exact = false;  // search the culprit among them: progress before every item
  [[nodiscard]] std::uint64_t first() const noexcept { return segment->first + start; }
};

// A version of a plugin file, by numbers that the pool gives; 0: none.
struct FileVersion {
  std::uint32_t file = 0;
  std::uint32_t version = 0;
  friend bool operator==(const FileVersion&, const FileVersion&) = default;
};

struct JobFacts {
  std::uint64_t number = 0;
  transport::JobKind kind = transport::JobKind::map;
  RangePointer description = {};  // the DescriptionRecord; others may share it
  std::string function = {};
  FileVersion file = {};
  std::shared_ptr<const PluginBuild> build = {};  // of that version; null: none
  registry::FileIdentity identity = {};           // of it, too
  bool pure = false;
  bool prepared = false;  // workers keep a state for it
  bool ordered = true;
  bool held = false;  // what was handed over fills the window until it is released
  std::uint64_t seed = 0;
  std::uint64_t chunk_size = 0;  // 0: adapts
  std::size_t window_bytes = SIZE_MAX;
  Encoding items = Encoding::raw;
  Encoding results = Encoding::raw;  // never native
  std::size_t item_stride = 0;       // raw items
  values::Type item_type = {};
  std::size_t result_stride = 0;  // raw results of the function, also when they are transcoded
  values::Type result_type = {};
  std::optional<std::chrono::nanoseconds> load_time_limit = {};  // of loading, or of looking at a file
  std::optional<std::chrono::nanoseconds> item_time_limit = {};
  std::optional<std::chrono::nanoseconds> item_processor_limit = {};  // of processor time
  unsigned retries = 0;                                               // of an item that failed while it ran
  // The job began then, and its items' times are taken.
  std::optional<std::chrono::steady_clock::time_point> timed_since = {};
  bool fresh_worker = false;  // that has loaded nothing else, but for the initializer's plugin
  bool one_worker = false;    // no other worker can do what this one cannot
  std::chrono::nanoseconds task_time_aim = limits::task_time_aim;
};

// What a caller asked for, and not a look at a file.
[[nodiscard]] bool is_call(const JobFacts& facts) noexcept;
// A look at a file, or at what loading it does, for a call that waits meanwhile.
[[nodiscard]] bool is_probe(const JobFacts& facts) noexcept;

// Of an item whose pool, plugin file or engine is gone.
[[nodiscard]] Failure lost(std::string reason);

class JobState {
 public:
  using Clock = std::chrono::steady_clock;

  JobState(JobFacts facts, RangePointer record);

  [[nodiscard]] const JobFacts& facts() const noexcept { return facts_; }
  [[nodiscard]] const RangePointer& record() const noexcept { return record_; }
  [[nodiscard]] bool prints() const noexcept;
  // Results are handed over where the function has put them.
  [[nodiscard]] bool in_place() const noexcept;
  [[nodiscard]] bool is_call() const noexcept { return pool::is_call(facts_); }

  // Input.
  void check_may_push() const;  // throws UsageError
  void add(std::shared_ptr<Segment> segment);
  void finish();
  [[nodiscard]] bool finished() const noexcept { return finished_; }
  [[nodiscard]] std::uint64_t pushed() const noexcept { return pushed_; }
  [[nodiscard]] bool window_full() const noexcept;
  void lift_window() noexcept { facts_.window_bytes = SIZE_MAX; }

  // Whose items are next; null: none wait.
  [[nodiscard]] const Segment* next_segment() const noexcept {
    return waiting_.empty() ? nullptr : waiting_.front().segment.get();
  }
  // Work. The next items for one worker of `workers`, at most `count_max`; nullopt when none wait, or the
  // results that nobody took fill the window.
  [[nodiscard]] std::optional<ItemRange> take(unsigned workers, std::uint64_t count_max = UINT64_MAX);
  [[nodiscard]] std::uint64_t waiting_items() const noexcept { return waiting_items_; }
  void give_back(ItemRange range);  // was taken, and is to be taken again
  // How many tasks one of `workers` may hold: 1 when items take long or few are left, since an idle worker
  // would want them.
  [[nodiscard]] std::size_t tasks_ahead(unsigned workers) const noexcept;
  void observe(std::uint64_t items, std::chrono::nanoseconds time) noexcept;

  // Endings. Every item of [piece.first, piece.first + count) was taken and has ended. An item that ends a
  // second time, or was not taken, is a bug of the caller: asserted.
  void deliver(Piece piece);
  // An item that ran has failed. True: it is to run once more, and must be given back instead.
  [[nodiscard]] bool may_retry(std::uint64_t index, Ending ending);
  // Of an item that is to run once more. Its end tells.
  void note_attempt(Stint attempt);
  // All items that wait, now and in future pushes, end so. Items that run go on.
  void abandon(const Failure& failure);
  void lose_to_replacement();  // no worker has its version of the plugin any more
  void cancel();
  void drain();  // the same, but what runs goes on
  // When the caller gave all of it up; running items have to stop soon after.
  [[nodiscard]] const std::optional<Clock::time_point>& cancelled_since() const noexcept {
    return cancelled_since_;
  }
  // The caller gives up one item. It ends now when it waits, else once it is seen running.
  void cancel_item(std::uint64_t index);
  [[nodiscard]] bool is_unwanted(std::uint64_t first, std::uint64_t count = 1) const;
  [[nodiscard]] bool has_unwanted() const noexcept { return !unwanted_.empty(); }
  // Nobody will ask for what ends from here on.
  void discard_output();
  [[nodiscard]] const std::optional<Failure>& abandoned() const noexcept { return abandoned_; }
  [[nodiscard]] bool all_ended() const noexcept { return ended_ == pushed_; }
  // To be appended to, once, when nothing of this will happen any more.
  void tell_when_over(std::vector<JobState*>& over) noexcept { over_ = &over; }
  // Nothing of it will happen any more.
  [[nodiscard]] bool is_over() const noexcept { return all_ended() && (finished_ || abandoned_); }

  // Output.
  [[nodiscard]] bool can_hand_over() const noexcept;
  [[nodiscard]] bool all_handed_over() const noexcept { return handed_over_ == pushed_; }
  [[nodiscard]] Piece hand_over();
  // Of a job whose pieces are held: those of items below this one are not needed any more.
  void release(std::uint64_t below);
  // All that can be handed over, in input order.
  [[nodiscard]] std::vector<Piece> hand_over_all();
  // Whether a caller who waits for the next piece gets one, or will never get one.
  [[nodiscard]] bool is_next_decided() const noexcept {
    return can_hand_over() || (all_handed_over() && (finished_ || abandoned_));
  }
  [[nodiscard]] JobProgress progress() const noexcept;

  std::uint32_t place = limits::open_jobs_max;   // of OpenJobs
  std::condition_variable progressed;            // items ended, or were handed over
  std::condition_variable completed;             // all pushed items have ended
  bool in_used_worker = false;                   // that had loaded something else, it was run last
  bool file_replaced = false;                    // only workers that have it loaded can go on
  unsigned fruitless_deaths = 0;                 // of workers that held items, since one ended
  std::vector<std::function<void()>> when_done;  // called, elsewhere, when the job is over

 private:
  // A piece that has ended; `all_failed`: every item of it, so, and its list of failures is made when it is
  // handed over, since a job of a million items may be given up in one moment.
  struct Ready {
    Piece piece;
    std::optional<Failure> all_failed;
  };
  void end(Ready ready);
  void keep(Ready ready);
  void put_back(ItemRange range);
  void put_back_wanted(ItemRange range);
  void fail_all(const ItemRange& range, const Failure& failure);
  [[nodiscard]] std::uint64_t next_count(unsigned workers) const noexcept;
  void count_handed_over(const Piece& piece);
  void hold(const Piece& piece);
  // Everything behind this item waits for it.
  [[nodiscard]] std::uint64_t next_wanted() const noexcept { return facts_.held ? released_ : handed_over_; }
  void take_attempts(Piece& piece);
  void note_over();

  JobFacts facts_;
  RangePointer record_;
  std::deque<std::shared_ptr<Segment>> segments_;  // not wholly handed over
  std::deque<ItemRange> waiting_;
  std::uint64_t waiting_items_ = 0;
  RunningItems running_;
  std::map<std::uint64_t, Ready> ready_;  // by first item
  std::optional<Failure> abandoned_;
  std::optional<Clock::time_point> cancelled_since_;
  std::set<std::uint64_t> unwanted_;  // items that were given up while they ran
  struct Attempts {
    unsigned count = 0;
    std::vector<Stint> stints = {};  // of a job that is timed
  };
  std::map<std::uint64_t, Attempts> attempts_;  // that failed, by item
  std::vector<JobState*>* over_ = nullptr;
  bool finished_ = false;
  bool discards_ = false;
  std::uint64_t pushed_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t handed_over_ = 0;  // and, when ordered, the index of the next item to hand over
  struct Held {
    std::uint64_t end = 0;
    std::size_t bytes = 0;
  };
  std::map<std::uint64_t, Held> held_;  // handed over and not released, by first item
  std::uint64_t released_ = 0;          // the items below it
  std::size_t held_input_bytes_ = 0;
  std::size_t ready_bytes_ = 0;
  double nanoseconds_per_item_ = 0;
  std::uint64_t last_count_ = 0;
};

}  // namespace prong::pool
