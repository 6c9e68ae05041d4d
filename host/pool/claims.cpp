// Copy once, check the copy.
#include "pool/claims.hpp"

#include "limits.hpp"
#include "values/hexadecimal.hpp"

#include <algorithm>
#include <cstring>

namespace prong::pool {

namespace {

std::optional<CheckedRun> check_run(const transport::Run& run, std::size_t data, std::size_t begin,
                                    std::size_t room, std::uint64_t task_count) {
  if (run.end < begin || run.end > room || run.end - begin > limits::result_bytes_max) return std::nullopt;
  const std::uint64_t items = std::max<std::uint32_t>(run.count, 1);
  if (run.first >= task_count || items > task_count - run.first) return std::nullopt;
  return CheckedRun{.first = run.first,
                    .count = items,
                    .begin = data + begin,
                    .end = data + run.end,
                    .failed = run.count == 0};
}

// Where the bytes of a block begin; nullopt: not within the arena.
std::optional<std::size_t> data_of_block(std::size_t arena_size, std::uint64_t offset, std::uint64_t runs,
                                         std::uint64_t task_count) {
  const std::size_t table = transport::run_table_bytes(task_count);
  if (runs > task_count || offset % 64 != 0 || offset > arena_size || table > arena_size - offset) {
    return std::nullopt;
  }
  return offset + table;
}

transport::Run run_at(std::span<const std::byte> arena, std::uint64_t offset, std::uint64_t i) {
  const auto* words =
      reinterpret_cast<const std::uint64_t*>(arena.data() + offset + i * sizeof(transport::Run));
  return transport::snapshot<transport::Run>(words);
}

bool overlapping(const std::vector<CheckedRun>& runs) {
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (runs[i].first < runs[i - 1].first + runs[i - 1].count) return true;
  }
  return false;
}

Frame frame_of(const transport::CrashRecord::Frame& claim,
               std::span<const transport::CrashRecord::Module> modules) {
  Frame frame{.address = claim.address, .offset = claim.offset};
  if (claim.module >= modules.size()) return frame;
  const auto& module = modules[claim.module];
  frame.file.assign(module.path.data(), ::strnlen(module.path.data(), module.path.size()));
  const std::size_t size = std::min<std::size_t>(module.build_id_size, module.build_id.size());
  frame.build_id = values::hexadecimal(std::as_bytes(std::span{module.build_id}).first(size));
  return frame;
}

bool is_workers_ending(std::uint32_t ending) {
  return ending == static_cast<std::uint32_t>(Ending::threw) ||
         ending == static_cast<std::uint32_t>(Ending::rejected) ||
         ending == static_cast<std::uint32_t>(Ending::cancelled) ||
         ending == static_cast<std::uint32_t>(Ending::too_large);
}

}  // namespace

std::optional<std::vector<CheckedRun>> read_runs(std::span<const std::byte> arena, std::uint64_t offset,
                                                 std::uint64_t runs, std::uint64_t task_count) {
  const auto data = data_of_block(arena.size(), offset, runs, task_count);
  if (!data) return std::nullopt;
  std::vector<CheckedRun> checked;
  checked.reserve(runs);
  std::size_t begin = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const transport::Run run = run_at(arena, offset, i);
    const auto one = check_run(run, *data, begin, arena.size() - *data, task_count);
    if (!one) return std::nullopt;
    begin = run.end;
    checked.push_back(*one);
  }
  if (!std::ranges::is_sorted(checked, {}, &CheckedRun::first)) {
    std::ranges::sort(checked, {}, &CheckedRun::first);
  }
  if (overlapping(checked)) return std::nullopt;
  return checked;
}

std::optional<CheckedValues> read_values(std::span<const std::byte> arena, std::uint64_t offset,
                                         std::uint64_t runs, std::uint64_t task_count) {
  const auto data = data_of_block(arena.size(), offset, runs, task_count);
  if (!data || runs == 0) return std::nullopt;
  const std::uint64_t first = run_at(arena, offset, 0).first;
  if (first > task_count - runs) return std::nullopt;
  const std::size_t room = arena.size() - *data;
  CheckedValues values{.first = first, .begin = *data, .ends = std::vector<std::uint64_t>(runs)};
  std::uint64_t begin = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const transport::Run run = run_at(arena, offset, i);
    const bool is_next = run.count == 1 && run.first == first + i;
    if (!is_next || run.end < begin || run.end > room || run.end - begin > limits::result_bytes_max) {
      return std::nullopt;
    }
    values.ends[i] = begin = run.end;
  }
  return values;
}

std::optional<Failure> read_failure(std::span<const std::byte> arena, const CheckedRun& run) {
  constexpr std::size_t head_bytes = sizeof(transport::FailureHead);
  const std::size_t size = run.end - run.begin;
  if (size < head_bytes || size > head_bytes + 2 * limits::failure_text_bytes_max) return std::nullopt;
  std::vector<std::byte> copy(size);
  copy_shared(copy.data(), arena.subspan(run.begin, size));
  transport::FailureHead head;
  std::memcpy(&head, copy.data(), head_bytes);
  if (head.type_size > size - head_bytes || !is_workers_ending(head.ending)) return std::nullopt;
  const auto* text = reinterpret_cast<const char*>(copy.data()) + head_bytes;
  Failure failure;
  failure.ending = static_cast<Ending>(head.ending);
  failure.type.assign(text, head.type_size);
  failure.what.assign(text + head.type_size, size - head_bytes - head.type_size);
  return failure;
}

void copy_shared(std::byte* to, std::span<const std::byte> from) noexcept {
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
}

std::optional<CrashReport> read_crash(const transport::CrashRecord& record, int signal) {
  std::vector<std::byte> copy(sizeof record);
  copy_shared(copy.data(), std::as_bytes(std::span{&record, 1}));
  const auto& claim = *reinterpret_cast<const transport::CrashRecord*>(copy.data());
  const std::uint32_t frames = claim.frame_count.load(std::memory_order_relaxed);
  const std::uint32_t modules = claim.module_count.load(std::memory_order_relaxed);
  if (claim.is_told.load(std::memory_order_relaxed) != 1 || claim.signal != signal ||
      frames > claim.frames.size() || modules > claim.modules.size()) {
    return std::nullopt;
  }
  CrashReport report{
      .code = claim.code, .sender = std::max(claim.sender, 0), .stack_overflow = claim.stack_overflow == 1};
  if (claim.has_address == 1) report.address = claim.address;
  for (const auto& frame : std::span{claim.frames}.first(frames))
    report.frames.push_back(frame_of(frame, std::span{claim.modules}.first(modules)));
  return report;
}

// The process is gone; relaxed loads see all that it stored.
LastProgress read_progress(const transport::Progress& progress) noexcept {
  const auto load = [](const std::atomic<std::uint64_t>& word) {
    return word.load(std::memory_order_relaxed);
  };
  const auto& span = progress.spans[load(progress.current) % 2];
  const auto ended = transport::snapshot<transport::Progress::Span>(&span.base);
  return {.task = load(progress.task),
          .loading = load(progress.loading),
          .tidying = load(progress.tidying),
          .ended = ended.base + ended.done,
          .block = load(progress.block),
          .offset = load(progress.offset),
          .runs = load(progress.runs)};
}

}  // namespace prong::pool
