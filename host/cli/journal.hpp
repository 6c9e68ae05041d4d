// The journal of --journal and --resume: a file that remembers how each item ended, through any death.
#pragma once

#include "cli/inputs.hpp"
#include "cli/journal_index.hpp"
#include "cli/journal_record.hpp"
#include "cli/known_run.hpp"

#include <prong/call.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace prong::cli {

//   | "prong journal 2\n" | record | record | …
// Records are appended as items end. What a death left of the last one is cut off on the next start.
class Journal {
 public:
  struct Options {
    std::filesystem::path file;
    bool resume = false;
    // Names the computation, all but the input: a record of another one is not believed.
    std::string computation;
    std::string function;
  };
  // Throws WrongUsage for a file that exists without `resume`, InputFailed for one that is no journal, of
  // another version of Prong, or in use, OutputFailed.
  explicit Journal(Options options);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // The index is what the function is told that the item is. [any thread]
  [[nodiscard]] Digest digest_of(std::string_view item, std::uint64_t index) const {
    return cli::digest_of(item, seed_ + index * 0x9e3779b97f4a7c15U);
  }

  // Adds to `run` how the item ended when an earlier run has recorded that; else false. [feeding thread]
  [[nodiscard]] bool add_known(const RecordKey& key, KnownRun& run);

  // How the items at these places of a piece ended, whose indices are positions among these inputs, with
  // their digests. The piece has a stride or ends. Cancelled and lost items have not ended. Throws
  // OutputFailed. [draining thread]
  struct Places {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  void record(const Piece& piece, Places places, const Inputs& inputs);

 private:
  void open_file(bool resume);
  void read_old();
  void append(std::string_view bytes);
  // Bytes of the file from an offset on, at least a whole record if there is one.
  [[nodiscard]] std::string_view window_at(std::uint64_t offset);

  std::string name_;
  std::string function_;
  std::uint64_t seed_;
  int descriptor_ = -1;
  std::unique_ptr<JournalIndex> index_;  // nullptr: nothing is known
  std::string window_;
  std::uint64_t window_begin_ = 0;
};

}  // namespace prong::cli
