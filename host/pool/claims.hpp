// What a worker says it wrote, checked. The worker's memory may be hostile and may change while it is read:
// every number is copied once, the copy is checked, and only the copy is used. Nothing else in the host reads
// a worker's arena or progress record.
#pragma once

#include "transport/channel.hpp"

#include <prong/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prong::pool {

// A checked run: items [first, first + count) of the task, whose bytes lie at [begin, end) of the arena; a
// failure is of one item.
struct CheckedRun {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool failed = false;
};

// The runs of a block, in the order of the items. nullopt: a violation; nothing of it may be believed. No
// item occurs twice, none lies outside [0, task_count), all bytes lie inside the arena.
[[nodiscard]] std::optional<std::vector<CheckedRun>> read_runs(std::span<const std::byte> arena,
                                                               std::uint64_t offset, std::uint64_t runs,
                                                               std::uint64_t task_count);

// A block of nothing but values of one item each, in the order of the items and without a gap: of items
// [first, first + ends.size()), the one after the other from byte `begin` of the arena on.
struct CheckedValues {
  std::uint64_t first = 0;
  std::size_t begin = 0;
  std::vector<std::uint64_t> ends;  // of each value, in bytes from `begin`
};

// The same claims, of the kind that most blocks are, in one pass over them. nullopt: they are of another
// kind, or a violation; read_runs() says which.
[[nodiscard]] std::optional<CheckedValues> read_values(std::span<const std::byte> arena, std::uint64_t offset,
                                                       std::uint64_t runs, std::uint64_t task_count);

// A failed run's content. nullopt: a violation. index, function and worker are left to the caller.
[[nodiscard]] std::optional<Failure> read_failure(std::span<const std::byte> arena, const CheckedRun& run);

// Copies bytes that another process may be writing. Which of its writes are seen is undefined, the rest is
// not.
void copy_shared(std::byte* to, std::span<const std::byte> from) noexcept;

// Where a dead worker stood.
struct LastProgress {
  std::uint64_t task = 0;     // that had started; 0: none
  std::uint64_t loading = 0;  // whose function was being loaded; 0: none
  std::uint64_t tidying = 0;  // the job whose prepared state was being destroyed; 0: none
  std::uint64_t ended = 0;    // items of it; not checked against its size
  std::uint64_t block = 0;
  std::uint64_t offset = 0;
  std::uint64_t runs = 0;
};
[[nodiscard]] LastProgress read_progress(const transport::Progress& progress) noexcept;

// What a worker that `signal` ended wrote about that: the report's first part, its frames without names.
// nullopt: nothing, or nothing that can be true; which is no violation, since what crashed may have written
// anywhere.
[[nodiscard]] std::optional<CrashReport> read_crash(const transport::CrashRecord& record, int signal);

}  // namespace prong::pool
