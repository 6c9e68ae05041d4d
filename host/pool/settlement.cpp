// From runs to pieces. A piece covers consecutive items that have all ended; a task usually makes one.
#include "pool/settlement.hpp"

#include "limits.hpp"
#include "pool/death_account.hpp"
#include "pool/stints.hpp"
#include "values/json_writer.hpp"
#include "values/msgpack_writer.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <new>

namespace prong::pool {

namespace {

template <class Make>
Piece make_piece(const Make& make) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    throw NoRoomForResults{};
  }
}

std::byte* make_room(Piece& piece, std::size_t size) {
  auto bytes = std::make_shared_for_overwrite<std::byte[]>(size);
  piece.bytes = {bytes.get(), size};
  piece.memory = bytes;
  return bytes.get();
}

// These places leave the task without an ending.
void give_back(TaskInFlight& task, std::uint64_t place, std::uint64_t count, bool exact) {
  task.mark_ended(place, count);
  task.job->give_back(
      {.segment = task.range.segment, .start = task.range.start + place, .count = count, .exact = exact});
}

class Settler {
 public:
  Settler(WorkerLife& worker, TaskInFlight& task) : worker_{worker}, task_{task}, facts_{task.job->facts()} {}

  // Delivers the items of the runs, and those below `ended_below` whose results are raw and that no run
  // names. False: a violation, and nothing was delivered.
  bool settle(std::uint64_t offset, std::uint64_t runs, std::uint64_t ended_below) {
    auto checked = read_runs(worker_.arena(), offset, runs, task_.range.count);
    if (!checked || !is_news(*checked) || !is_written(*checked)) return false;
    const bool in_place = task_.job->in_place();
    std::vector<Failure> failures;
    for (const CheckedRun& run : *checked) {
      if (!run.failed && in_place) return false;
      if (!run.failed) continue;
      auto failure = read_failure(worker_.arena(), run);
      if (!failure) return false;
      failure->index = task_.range.first() + run.first;
      failure->function = facts_.function;
      failure->worker = worker_.pid;
      failures.push_back(std::move(*failure));
    }
    if (facts_.retries != 0) take_back_retried(*checked, failures);
    if (in_place) {
      settle_in_place(*checked, std::move(failures), ended_below);
    } else {
      settle_variable(*checked, std::move(failures));
      if (facts_.result_stride != 0) transcode_rest(ended_below);
    }
    return true;
  }

 private:
  // Four words could claim gigabytes, which we would copy.
  bool is_written(const std::vector<CheckedRun>& runs) const {
    std::size_t bytes = 0;
    for (const CheckedRun& run : runs)
      bytes += run.end - run.begin;
    return worker_.can_have_written(bytes);
  }

  bool is_news(const std::vector<CheckedRun>& runs) const {
    if (task_.ended_count == 0) return true;
    return std::ranges::none_of(runs, [&](const CheckedRun& run) {
      for (std::uint64_t i = 0; i < run.count; ++i) {
        if (task_.has_ended(run.first + i)) return true;
      }
      return false;
    });
  }

  // Failed items that may run once more leave the task: they are given back, and nothing is delivered.
  void take_back_retried(std::vector<CheckedRun>& runs, std::vector<Failure>& failures) {
    auto failure = failures.begin();
    std::erase_if(runs, [&](const CheckedRun& run) {
      if (!run.failed) return false;
      if (!task_.job->may_retry(failure->index, failure->ending)) {
        ++failure;
        return false;
      }
      note_attempt(task_, run.first, failure->ending);
      failure = failures.erase(failure);
      give_back(task_, run.first, 1, task_.range.exact);
      return true;
    });
  }

  void deliver(Piece piece) {
    note_stint(task_, piece);
    task_.mark_ended(piece.first - task_.range.first(), piece.count);
    task_.job->deliver(std::move(piece));
  }

  Piece piece_at(std::uint64_t place, std::uint64_t count) const {
    return {.first = task_.range.first() + place, .count = count, .encoding = facts_.results};
  }

  // Values, or lines, run by run: one copy out of the arena for each piece.
  void settle_variable(const std::vector<CheckedRun>& runs, std::vector<Failure> failures) {
    auto failure = failures.begin();
    for (std::size_t begin = 0; begin < runs.size();) {
      std::size_t end = begin + 1;
      while (end < runs.size() && runs[end].first == runs[end - 1].first + runs[end - 1].count)
        ++end;
      deliver(make_piece([&] {
        return variable_piece({runs.begin() + static_cast<std::ptrdiff_t>(begin), end - begin}, failure);
      }));
      begin = end;
    }
  }

  Piece variable_piece(std::span<const CheckedRun> runs, std::vector<Failure>::iterator& failure) const {
    Piece piece = piece_at(runs.front().first, runs.back().first + runs.back().count - runs.front().first);
    std::size_t size = 0;
    for (const CheckedRun& run : runs)
      size += run.failed ? 0 : run.end - run.begin;
    std::byte* room = make_room(piece, size);
    const bool prints = task_.job->prints();
    if (!prints) piece.ends.reserve(piece.count);
    std::size_t at = 0;
    for (const CheckedRun& run : runs) {
      if (run.failed) {
        piece.failures.push_back(std::move(*failure++));
        if (prints) piece.positions.push_back(at);
      } else {
        at += run.end - run.begin;
      }
      if (!prints) piece.ends.push_back(at);
    }
    copy_values(runs, room);
    return piece;
  }

  // What lies side by side in the arena, as values mostly do, in one copy.
  void copy_values(std::span<const CheckedRun> runs, std::byte* room) const {
    std::size_t begin = 0;
    std::size_t end = 0;
    const auto copy = [&] {
      copy_shared(room, worker_.arena().subspan(begin, end - begin));
      room += end - begin;
    };
    for (const CheckedRun& run : runs) {
      if (run.failed) continue;
      if (run.begin != end) {
        copy();
        begin = run.begin;
      }
      end = run.end;
    }
    copy();
  }

  // Raw results lie in the outputs also when the worker is to print or pack them: what it did not come to
  // before it died is done here.
  void transcode_rest(std::uint64_t below) {
    for (std::uint64_t place = 0; place < below && task_.ended_count < task_.range.count; ++place) {
      if (!task_.has_ended(place)) deliver(make_piece([&] { return transcoded_piece(place); }));
    }
  }

  // Nearly always one piece: what is below, with the failures among it.
  void settle_in_place(const std::vector<CheckedRun>& runs, std::vector<Failure> failures,
                       std::uint64_t below) {
    if (task_.ended_count == 0 && (runs.empty() || runs.back().first < below)) {
      if (below > 0) deliver(raw_piece(0, below, std::move(failures)));
      return;
    }
    auto failure = failures.begin();
    auto run = runs.begin();
    for (std::uint64_t place = 0; place < task_.range.count; ++place) {
      const std::uint64_t begin = place;
      std::vector<Failure> among;
      for (; place < task_.range.count && !task_.has_ended(place); ++place) {
        if (run != runs.end() && run->first == place) {
          among.push_back(std::move(*failure++));
          ++run;
        } else if (place >= below) {
          break;
        }
      }
      if (place > begin) deliver(raw_piece(begin, place - begin, std::move(among)));
    }
  }

  Piece raw_piece(std::uint64_t place, std::uint64_t count, std::vector<Failure> failures) const {
    Piece piece = piece_at(place, count);
    piece.bytes = raw_results(place, count);
    piece.stride = facts_.result_stride;
    piece.failures = std::move(failures);
    piece.memory = task_.range.segment->results;
    return piece;
  }

  // In the outputs, where they were written, or are copied to.
  std::span<const std::byte> raw_results(std::uint64_t place, std::uint64_t count) const {
    const std::size_t stride = facts_.result_stride;
    std::byte* first = task_.range.segment->results->data() + (task_.range.start + place) * stride;
    if (task_.own_results) copy_shared(first, worker_.own_results(task_, place, count));
    return {first, count * stride};
  }

  Piece transcoded_piece(std::uint64_t place) const {
    std::vector<std::byte> value(facts_.result_stride);
    copy_shared(value.data(), raw_results(place, 1));
    std::string text;
    const auto append = task_.job->prints() ? values::append_json_raw : values::append_msgpack_raw;
    append(facts_.result_type, value.data(), text);
    if (task_.job->prints()) text += '\n';
    Piece piece = piece_at(place, 1);
    std::memcpy(make_room(piece, text.size()), text.data(), text.size());
    if (!task_.job->prints()) piece.ends.push_back(text.size());
    return piece;
  }

  WorkerLife& worker_;
  TaskInFlight& task_;
  const JobFacts& facts_;
};

Piece failed_piece(const TaskInFlight& task, std::uint64_t place, Failure failure) {
  Piece piece{.first = task.range.first() + place, .count = 1, .encoding = task.job->facts().results};
  failure.index = piece.first;
  failure.function = task.job->facts().function;
  if (failure.crash) failure.crash = with_input(*failure.crash, task, place);
  piece.failures.push_back(std::move(failure));
  return piece;
}

// What has not ended, from `place` on, goes back in as few ranges as possible.
void give_back_rest(TaskInFlight& task, std::uint64_t place, std::uint64_t exact_below) {
  while (place < task.range.count) {
    if (task.has_ended(place)) {
      ++place;
      continue;
    }
    const std::uint64_t begin = place;
    const std::uint64_t end = begin < exact_below ? exact_below : task.range.count;
    while (place < end && !task.has_ended(place))
      ++place;
    give_back(task, begin, place - begin, begin < exact_below);
  }
}

// Frames without names are named before the item's end is told.
void end_or_retry(WorkerLife& worker, TaskInFlight& task, std::uint64_t place, const Failure& failure) {
  if (task.job->may_retry(task.range.first() + place, failure.ending)) {
    note_attempt(task, place, failure.ending);
    return give_back(task, place, 1, task.range.exact);
  }
  task.mark_ended(place);
  Piece piece = failed_piece(task, place, failure);
  note_stint(task, piece);
  if (failure.crash && !failure.crash->frames.empty()) {
    worker.unfinished.push_back({task.job, std::move(piece)});
  } else {
    task.job->deliver(std::move(piece));
  }
}

// Items below `below` have started: those without an ending get this one. The rest is given back.
void end_started(WorkerLife& worker, TaskInFlight& task, std::uint64_t below, const Failure& failure) {
  for (std::uint64_t place = 0; place < below; ++place) {
    if (!task.has_ended(place)) end_or_retry(worker, task, place, failure);
  }
  give_back_rest(task, 0, 0);
}

// Whether the worker was killed because of this one item, and not for all that it was doing.
bool killed_for_an_item(const WorkerLife& worker, const TaskInFlight& task) {
  return worker.killed_for && worker.killed_for->ending == Ending::cancelled && !task.job->abandoned();
}

// What is left of a task that may have run anywhere: its worker lied.
void end_all(WorkerLife& worker, TaskInFlight& task, const Failure& failure) {
  end_started(worker, task, task.range.count, failure);
}

enum class Account : std::uint8_t { possible, impossible, too_large };

// What the worker left in its open block, and in place.
Account settle_account(WorkerLife& worker, TaskInFlight& task, const LastProgress& last,
                       std::uint64_t ended_below) {
  const bool open_block = last.block == worker.blocks + 1;
  try {
    return Settler{worker, task}.settle(open_block ? last.offset : 0, open_block ? last.runs : 0, ended_below)
               ? Account::possible
               : Account::impossible;
  } catch (const NoRoomForResults&) {
    return Account::too_large;
  }
}

// The one that had started.
void settle_started(WorkerLife& worker, TaskInFlight& task, const LastProgress& last, const Failure& death) {
  // A result function's progress counts its items; its one ending is not among them.
  const bool counts_items = task.job->facts().kind != transport::JobKind::result;
  const std::uint64_t below = counts_items ? std::min(last.ended, task.range.count) : 0;
  const Account account = settle_account(worker, task, last, below);
  if (account == Account::impossible) {
    worker.lied = true;
    Failure lie = death;
    lie.what = "the worker left an account of its items that is not possible";
    lie.crash = nullptr;
    return end_all(worker, task, lie);
  }
  if (task.ended_count == task.range.count) return;
  Failure silent = death;
  if (account == Account::too_large) {
    silent = Failure{.ending = Ending::too_large, .what = "the host has no memory for the results"};
  } else if (!worker.killed_for) {
    silent = Failure{.ending = Ending::threw, .what = "the function ended without a result for this item"};
  }
  if (below == task.range.count || task.has_ended(below)) return end_started(worker, task, below, silent);
  const bool one_by_one =
      task.announced_items() == 1 || (worker.killed_for && !killed_for_an_item(worker, task));
  if (one_by_one) {
    end_or_retry(worker, task, below, death);
  } else {
    give_back_rest(task, below, std::min(below + pure_block, task.range.count));
  }
  end_started(worker, task, below, silent);
}

// A plugin's thread may kill every worker between two items; the job must end all the same.
void count_fruitless(JobState& job) {
  if (++job.fruitless_deaths <= limits::barren_deaths_max) return;
  Failure lost;
  lost.function = job.facts().function;
  lost.what = "its workers die before they can start an item";
  job.abandon(lost);
}

// Looking or loading is all that such a job does: it ends as its worker did.
void end_probe(TaskInFlight& task, Failure death) {
  death.function = task.job->facts().function;
  task.job->abandon(death);
  give_back_rest(task, 0, 0);
}

}  // namespace

bool settle_report(WorkerLife& worker, const transport::Report& report) {
  if (worker.tasks.empty() || worker.tasks.front().id != report.task || report.block != worker.blocks + 1) {
    return false;
  }
  TaskInFlight& task = worker.tasks.front();
  worker.blocks = report.block;
  task.elapsed = std::chrono::nanoseconds{report.nanoseconds};
  switch (report.kind) {
    case transport::ReportKind::part:
      return Settler{worker, task}.settle(report.offset, report.runs, 0);
    case transport::ReportKind::finished:
    case transport::ReportKind::spent:
      return Settler{worker, task}.settle(report.offset, report.runs, task.range.count) &&
             task.ended_count == task.range.count;
    case transport::ReportKind::refused: {
      const auto runs = read_runs(worker.arena(), report.offset, report.runs, task.range.count);
      if (!runs || runs->size() != 1 || !runs->front().failed) return false;
      auto failure = read_failure(worker.arena(), runs->front());
      if (!failure) return false;
      failure->function = task.job->facts().function;
      failure->worker = worker.pid;
      if (failure->type == "replaced" && task.job->is_call()) {
        // Others may have the version that is wanted.
        task.job->file_replaced = true;
        if (task.job->facts().one_worker) task.job->lose_to_replacement();
      } else {
        task.job->abandon(*failure);
      }
      give_back_rest(task, 0, 0);
      return true;
    }
  }
  return false;
}

bool settle_death(WorkerLife& worker, const ExitStatus& status) {
  if (worker.tasks.empty()) return false;
  const LastProgress last = worker.last_progress();
  const Failure death = death_of(worker, status);
  bool blamed = false;
  for (TaskInFlight& task : worker.tasks) {
    if (task.range.segment->results && !task.own_results) task.range.segment->results->retire();
    task.elapsed.reset();
    const bool front = &task == &worker.tasks.front();
    if (worker.lied) {
      blamed = true;
      end_all(worker, task, death);
    } else if (front && last.task == task.id) {
      blamed = true;
      settle_started(worker, task, last, death);
    } else if (front && last.loading == task.id && !task.job->is_call()) {
      blamed = true;
      end_probe(task, death);
    } else {
      // Nothing had started. A function that is being loaded again was loaded elsewhere before, so that is
      // not to blame either; but a job must not use up workers for ever. (The pool counts those that never
      // could take a task.)
      const bool by_itself = !worker.killed_for || worker.killed_for->ending == Ending::timed_out;
      if (front && status.known && by_itself && worker.was_ready()) count_fruitless(*task.job);
      give_back_rest(task, 0, 0);
    }
  }
  worker.tasks.clear();
  return blamed;
}

}  // namespace prong::pool
