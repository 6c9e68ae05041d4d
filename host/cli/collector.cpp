// Pieces put together.
#include "cli/collector.hpp"

#include "cli/console.hpp"
#include "cli/failure_tally.hpp"
#include "cli/input_paths.hpp"
#include "cli/outcome_json.hpp"
#include "cli/piece_parts.hpp"

#include <prong/results.hpp>

#include <cstring>
#include <utility>

namespace prong::cli {

namespace {

// One pass to count, one to copy.
class Assembly {
 public:
  Assembly(Pool& pool, const std::vector<Piece>& pieces, bool indexed) : indexed_{indexed} {
    for (const Piece& piece : pieces)
      plan(piece);
    memory_ = pool.allocate_bytes(size_);
    for (const Piece& piece : pieces)
      add(piece);
  }

  Survivors take(bool offsets_needed) {
    survivors_.bytes = memory_;
    if (offsets_needed) survivors_.offsets.push_back(at_);
    survivors_.items = {.bytes = {static_cast<const std::byte*>(memory_.get()), at_},
                        .offsets = survivors_.offsets,
                        .count = count_,
                        .indices = survivors_.indices};
    return std::move(survivors_);
  }

 private:
  void plan(const Piece& piece) {
    for_each_run(piece, [&](std::uint64_t begin, std::uint64_t end) {
      count_ += end - begin;
      size_ += begin_of(piece, end) - begin_of(piece, begin);
    });
  }

  void add(const Piece& piece) {
    for_each_run(piece, [&](std::uint64_t begin, std::uint64_t end) {
      const std::size_t from = begin_of(piece, begin);
      const std::size_t size = begin_of(piece, end) - from;
      if (size > 0)
        std::memcpy(static_cast<std::byte*>(memory_.get()) + at_, piece.bytes.data() + from, size);
      for (std::uint64_t place = begin; place < end; ++place) {
        if (piece.stride == 0) survivors_.offsets.push_back(at_ + begin_of(piece, place) - from);
        if (indexed_) survivors_.indices.push_back(piece.first + place);
      }
      at_ += size;
    });
  }

  bool indexed_;
  std::uint64_t count_ = 0;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  std::shared_ptr<void> memory_;
  Survivors survivors_;
};

}  // namespace

bool Collector::take(Piece piece) {
  failed_ = failed_ || !piece.failures.empty();
  const std::span<const Failure> failures = piece.failures;
  const auto first = first_failed(failures);
  if (options_.on_error == OnError::stop && first != failures.end()) {
    print({first, 1});
    stopped_ = true;
    return false;
  }
  print(failures);
  stopped_ = stopped_ || lose_all_further(failures);
  pieces_.push_back(std::move(piece));
  return true;
}

void Collector::print(std::span<const Failure> failures) const {
  std::string objects;
  for (const Failure& failure : failures) {
    if (options_.json && failure.ending != Ending::cancelled)
      objects += failed_json(failure.index, failure,
                             options_.paths == nullptr ? "" : options_.paths->find_member(failure.index));
  }
  if (!objects.empty()) console::print(objects);
}

Survivors Collector::survivors(Pool& pool, Encoding encoding) const {
  const ResultSet results{pieces_};
  if (encoding == Encoding::raw && !failed_ && !results.contiguous().empty()) {
    return {.items = {.bytes = results.contiguous(), .count = results.size()}};
  }
  return Assembly{pool, pieces_, failed_}.take(encoding != Encoding::raw);
}

}  // namespace prong::cli
