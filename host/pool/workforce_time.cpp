// What the passing of time does to the workers: births that are due, limits that are over, idleness.
#include "limits.hpp"
#include "pool/process_facts.hpp"
#include "pool/workforce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace prong::pool {

namespace {

Failure timed_out() {
  Failure failure;
  failure.ending = Ending::timed_out;
  return failure;
}

Failure used_up_processor(std::chrono::nanoseconds limit) {
  Failure failure = timed_out();
  failure.what =
      fmt::format("more than {} s of processor time", std::chrono::duration<double>{limit}.count());
  return failure;
}

Failure cancelled() {
  Failure failure;
  failure.ending = Ending::cancelled;
  return failure;
}

bool is_still_at(const WorkerLife& worker, const Condemned& condemned) {
  if (condemned.tidying != 0) return worker.tidying() == condemned.tidying;
  const Standing guilty{.stage = Standing::Stage::running, .place = condemned.place};
  return !worker.tasks.empty() && worker.tasks.front().id == condemned.task && worker.standing() <= guilty;
}

}  // namespace

void Workforce::keep_time(Clock::time_point now) {
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].birth && *slots_[slot].birth <= now) bear(slot);
  }
  for (const auto& worker : lives_) {
    if (!worker) continue;
    watch_over(*worker, now);
    if (const auto due = worker->output.tell_due(); due && *due <= now)
      worker->output.tell_dropped(worker->pid, output_budget_, now);
  }
  end_idle(now);
  if (const auto due = next_answer(); due && *due <= now) on_zygote_death();
  due_ = next_time(now);
}

// By when the zygote owes us something: a worker's birth, or how one ended.
std::optional<Workforce::Clock::time_point> Workforce::next_answer() const {
  std::optional<Clock::time_point> asked;
  const auto consider = [&](Clock::time_point time) { asked = asked ? std::min(*asked, time) : time; };
  for (const auto& worker : lives_) {
    if (worker && !worker->pidfd) consider(worker->idle_since);
  }
  for (const auto& worker : gone_)
    consider(*worker->gone_since);
  if (!asked) return std::nullopt;
  // A fork of a large host takes long, and many were asked for at once: what counts is that it goes on.
  return std::max(*asked, zygote_heard_) + limits::zygote_time;
}

void Workforce::watch_over(WorkerLife& worker, Clock::time_point now) {
  if (worker.killed_for) return;
  if (worker.condemned) return execute(worker, now);
  const std::uint64_t tidying = worker.tidying();
  if (worker.tidy_watch.look(tidying, now, options_.tidy_time)) {
    // It has begun none of the tasks that wait for it: should it say so, that is a lie.
    return condemn(worker, {.tidying = tidying, .reason = impossible_report(), .stopped_at = now});
  }
  if (worker.tasks.empty()) return;
  const TaskInFlight& task = worker.tasks.front();
  const JobState& job = *task.job;
  if (job.cancelled_since() && now - *job.cancelled_since() >= limits::cancel_time) {
    return kill(worker, *job.abandoned());
  }
  watch_memory(worker, job.facts(), now);
  const Standing standing = worker.standing();
  const auto& processor_limit = job.facts().item_processor_limit;
  const auto used = processor_limit ? processor_time(worker.pid) : std::chrono::nanoseconds{};
  switch (worker.watch.look(standing, job.facts(), now, used)) {
    case Overdue::taking:
    case Overdue::loading:
      return kill(worker, timed_out());
    case Overdue::item:
      return condemn(worker,
                     {.task = task.id, .place = standing.place, .reason = timed_out(), .stopped_at = now});
    case Overdue::item_on_processor:
      return condemn(worker, {.task = task.id,
                              .place = standing.place,
                              .reason = used_up_processor(*processor_limit),
                              .stopped_at = now});
    case Overdue::nothing:
      break;
  }
  if (standing.stage != Standing::Stage::running) return;
  if (job.is_unwanted(task.range.first() + standing.place, task.announced_items())) {
    condemn(worker, {.task = task.id, .place = standing.place, .reason = cancelled(), .stopped_at = now});
  }
}

void Workforce::watch_memory(WorkerLife& worker, const JobFacts& facts, Clock::time_point now) {
  const auto due = worker.memory_watch.next_look(facts);
  if (!due || now < *due || !worker.memory_excess.empty()) return;
  auto excess = worker.memory_watch.look(memory_use(worker.pid), facts, now);
  if (!excess) return;
  // As the system's own kill for lack of memory does it, whatever runs there.
  worker.memory_excess = std::move(*excess);
  transport::kill_process(worker.pidfd, SIGKILL);
}

// Between our look and our kill the item may end and the next one begin, which would then pay for it, since
// what had started is not run again. So the process is stopped first, and looked at once more while it cannot
// move.
void Workforce::condemn(WorkerLife& worker, Condemned condemned) {
  transport::kill_process(worker.pidfd, SIGSTOP);
  worker.condemned = std::move(condemned);
}

void Workforce::execute(WorkerLife& worker, Clock::time_point now) {
  const char state = process_state(worker.pid);
  const bool runs = state == 'R' || state == 'S' || state == 'D' || state == 0;
  if (runs && now - worker.condemned->stopped_at < limits::stop_time) return;
  const Condemned condemned = *std::exchange(worker.condemned, std::nullopt);
  read_reports_of(worker);
  if (is_still_at(worker, condemned)) return kill(worker, condemned.reason);
  transport::kill_process(worker.pidfd, SIGCONT);
  put_open(worker.slot);
}

void Workforce::end_idle(Clock::time_point now) {
  if (!options_.idle_time) return;
  for (const auto& worker : lives_) {
    const bool idle = worker && worker->pidfd && worker->tasks.empty() && !worker->killed_for;
    if (!idle || now - worker->idle_since < *options_.idle_time) continue;
    slots_[worker->slot].dormant = true;
    recycle(*worker);
  }
}

std::optional<Workforce::Clock::time_point> Workforce::next_time(Clock::time_point now) const {
  std::optional<Clock::time_point> next;
  const auto consider = [&](const std::optional<Clock::time_point>& time) {
    if (time && (!next || *time < *next)) next = time;
  };
  for (const Slot& slot : slots_)
    consider(slot.birth);
  for (const auto& worker : lives_) {
    if (!worker) continue;
    consider(worker->next_look(now));
    consider(worker->output.tell_due());
    if (!worker->killed_for) consider(worker->tidy_watch.next_look(options_.tidy_time));
    if (options_.idle_time && worker->pidfd && worker->tasks.empty() && !worker->killed_for) {
      consider(worker->idle_since + *options_.idle_time);
    }
  }
  consider(next_answer());
  // A plugin may have put another file in the place of its worker's eventfd: then nobody tells us of its
  // reports.
  const bool busy =
      std::ranges::any_of(lives_, [](const auto& worker) { return worker && !worker->tasks.empty(); });
  if (busy) consider(now + limits::deaf_time);
  return next;
}

}  // namespace prong::pool
