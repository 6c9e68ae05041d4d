// Reports, and what the dead leave behind.
#include "pool/settlement.hpp"

#include "limits.hpp"
#include "pool/death_account.hpp"
#include "pool/pieces.hpp"
#include "pool/stints.hpp"

#include <algorithm>

namespace prong::pool {

namespace {

Piece failed_piece(const TaskInFlight& task, std::uint64_t place, Failure failure) {
  Piece piece{.first = task.range.first() + place, .count = 1, .encoding = task.job->facts().results};
  failure.index = piece.first;
  failure.function = task.job->facts().function;
  if (failure.crash) failure.crash = with_input(*failure.crash, task, place);
  if (failure.ending == Ending::crashed) {
    const std::string words = overwriting_words(task.job->facts());
    if (!words.empty()) failure.what += (failure.what.empty() ? "" : "; ") + words;
  }
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
    return settle_runs(worker, task, open_block ? last.offset : 0, open_block ? last.runs : 0, ended_below)
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
      return settle_runs(worker, task, report.offset, report.runs, 0);
    case transport::ReportKind::finished:
    case transport::ReportKind::spent:
      return settle_runs(worker, task, report.offset, report.runs, task.range.count) &&
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
      // could take a task.) What the death of another job's state was cannot happen again: that is gone.
      const bool by_itself =
          worker.tidying() == 0 && (!worker.killed_for || worker.killed_for->ending == Ending::timed_out);
      if (front && status.known && by_itself && worker.was_ready()) count_fruitless(*task.job);
      give_back_rest(task, 0, 0);
    }
  }
  worker.tasks.clear();
  return blamed;
}

}  // namespace prong::pool
