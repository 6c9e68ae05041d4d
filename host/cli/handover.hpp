// The way of results to a sink when some are known without the job: of files that cannot be opened, of items
// that a journal remembers. Puts them where they belong, and keeps the books of what has ended.
#pragma once

#include "cli/failures_file.hpp"
#include "cli/flow.hpp"
#include "cli/inputs.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace prong::cli {

class InputOrder;
class Journal;

// Gives its sink pieces whose indices are positions in the input.
class Handover final : public PieceSink {
 public:
  struct Parts {
    PieceSink& sink;
    FailuresFile* failures = nullptr;   // nullptr: none is wanted
    Journal* journal = nullptr;         // the same
    const InputOrder* order = nullptr;  // where pieces wait for earlier ones; nullptr: nowhere
  };
  explicit Handover(Parts parts) : parts_{parts} {}

  // These inputs are the job's next items. [feeding thread]
  void expect(Inputs inputs);
  // These have ended without the job. False: no more is wanted. Throws what the sink throws. [feeding thread]
  // [blocks] while too much waits for earlier items
  [[nodiscard]] bool answer(Piece piece, Inputs inputs);

  // [draining thread]
  [[nodiscard]] bool take(Piece piece) override;

  // How many of the job's items are below this position, up to which all has been handed over. [called by the
  // sink]
  [[nodiscard]] std::uint64_t job_items_below(std::uint64_t position);

  // Items that ended without the job. [any thread]
  [[nodiscard]] JobProgress known() const;

 private:
  struct Entry {
    Inputs inputs;
    std::uint64_t item = 0;  // of the job, the first
    std::uint64_t open = 0;  // not handed over
  };

  // All with mutex_ held.
  [[nodiscard]] bool take_parts(const Piece& piece);
  [[nodiscard]] bool take_known(const Piece& piece, const Inputs& inputs);
  // The entry of a job's item.
  [[nodiscard]] std::size_t entry_of(std::uint64_t item) const;
  // How many of the job's items from this one on, at most `count`, stand side by side in the input.
  [[nodiscard]] std::uint64_t run_from(std::uint64_t item, std::uint64_t count) const;
  void drop_front();
  // Books the items of a piece, whose indices are positions and which begins with the job's `item`.
  void book_and_tell(const Piece& piece, std::uint64_t item);
  void book(const Piece& piece, std::uint64_t item);
  // Calls what hands over, after which, when it returns false or throws, nothing is wanted any more.
  template <class Work>
  bool guarded(Work work);

  Parts parts_;
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  std::deque<Entry> entries_;
  std::uint64_t expected_ = 0;
  std::uint64_t dropped_ = 0;  // of the job's items, those whose entries are gone
  JobProgress known_;
  bool closed_ = false;
};

}  // namespace prong::cli
