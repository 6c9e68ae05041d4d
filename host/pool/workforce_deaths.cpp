// Deaths: of workers, asked for and not, and of the zygote. A worker's death is known by its pidfd; how it
// ended, by the zygote's message; either may come first. A replacement is asked for at the first of the two.
#include "limits.hpp"
#include "pool/core_files.hpp"
#include "pool/workforce.hpp"
#include "worker/worker.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

namespace prong::pool {

namespace {

std::string describe(const ExitStatus& status) {
  if (!status.known) return "the zygote died with it";
  return status.signalled
             ? fmt::format("killed by {}", ::sigabbrev_np(status.number) != nullptr
                                               ? fmt::format("SIG{}", ::sigabbrev_np(status.number))
                                               : std::to_string(status.number))
             : fmt::format("exit code {}", status.number);
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

}  // namespace

void Workforce::kill(WorkerLife& worker, Failure reason) {
  if (!worker.killed_for) worker.killed_for = std::move(reason);
  transport::kill_process(worker.pidfd, SIGKILL);
}

bool Workforce::has_version(const FileVersion& file, const WorkerLife* except) const noexcept {
  return std::ranges::any_of(lives_, [&](const auto& worker) {
    return worker && worker.get() != except && worker->can_take() && worker->has_run(file);
  });
}

void Workforce::recycle(WorkerLife& worker) {
  worker.finished_a_task = true;  // its death says nothing about the pool
  // It has begun none of the tasks that it may still hold: should it say so, that is a lie.
  kill(worker, impossible_report());
}

void Workforce::kill_all(const Failure& reason) {
  ending_ = true;
  for (Slot& slot : slots_)
    slot.birth.reset();
  for (const auto& worker : lives_) {
    if (worker) kill(*worker, reason);
  }
}

void Workforce::end_all() noexcept {
  ending_ = true;
  for (const auto& worker : lives_) {
    if (worker) transport::kill_process(worker->pidfd, SIGKILL);
  }
}

void Workforce::on_gone(std::uint32_t slot) {
  if (!lives_[slot]) return;
  std::unique_ptr<WorkerLife> worker = std::move(lives_[slot]);
  unwatch(worker->pidfd);
  unwatch(worker->wake);
  unwatch(worker->output.reading_end());
  worker->gone_since = Clock::now();
  look_by(*worker->gone_since + limits::zygote_time);
  const bool hopeless = !worker->was_ready();
  gone_.push_back(std::move(worker));
  // One that did nothing is replaced after its burial, which may decide to wait.
  if (!hopeless) bear(slot);
}

ExitStatus Workforce::status_of(const WorkerLife& worker, const transport::Message& death) {
  constexpr std::uint64_t kib = 1024;
  ExitStatus status{.known = true,
                    .signalled = death.code != CLD_EXITED,
                    .number = death.status,
                    .peak_memory = death.peak_kib * kib};
  const bool is_killed = status.signalled && status.number == SIGKILL && !worker.killed_for;
  if (is_killed)
    status.out_of_memory = worker.memory_excess.empty() ? memory_kills_.look() : OutOfMemory::certain;
  if (!options_.core_directory.empty() && status.signalled) {
    status.core = collect_core(options_.core_directory, worker.pid);
  }
  return status;
}

void Workforce::bury(std::unique_ptr<WorkerLife> worker, const ExitStatus& status) {
  unwatch(worker->pidfd);
  unwatch(worker->wake);
  unwatch(worker->output.reading_end());
  worker->output.finish(worker->pid, output_budget_);
  read_reports_of(*worker);
  const bool blamed = settle_death(*worker, status);
  std::ranges::move(worker->unfinished, std::back_inserter(unfinished_));
  const bool barren = !worker->finished_a_task && !blamed && !worker->killed_for;
  if (barren && !ending_) {
    if (worker->was_ready()) {
      ++idle_deaths_;
    } else if (status.known && !status.signalled && status.number == worker::exit_unsandboxed) {
      give_up(fmt::format("its workers cannot enter their sandbox: {}", first_line(worker->output.tail())));
    } else {
      count_stillborn(fmt::format("a worker died at its birth: {}", describe(status)));
    }
  }
  if (!lives_[worker->slot] && wants_worker(worker->slot))
    schedule_birth(worker->slot, barren ? delay() : delay() * 0);
}

std::chrono::milliseconds Workforce::delay() const noexcept {
  const auto free = limits::idle_deaths_free * static_cast<unsigned>(lives_.size());
  const unsigned times = std::max(stillborn_, idle_deaths_ > free ? idle_deaths_ - free : 0U);
  return times == 0 ? limits::respawn_delay * 0 : limits::respawn_delay * (1 << std::min(times, 9U));
}

void Workforce::count_stillborn(const std::string& how) {
  if (++stillborn_ > limits::barren_deaths_max) {
    give_up(fmt::format("{} workers in a row could not start; the last: {}", stillborn_, how));
  }
}

void Workforce::give_up(const std::string& reason) {
  if (broken_) return;
  broken_ = reason;
  kill_all(lost(reason));
}

// Its workers die with it. We wait for that: what they still did would otherwise be done twice.
void Workforce::on_zygote_death() {
  if (!zygote_) return;
  for (const auto& worker : lives_) {
    if (worker) transport::kill_process(worker->pidfd, SIGKILL);
  }
  unwatch(zygote_->socket());
  unwatch(zygote_->pidfd());
  zygote_->kill();
  zygote_.reset();
  for (auto* place : {&lives_, &gone_}) {
    for (auto& worker : *place) {
      if (!worker) continue;
      pollfd gone{worker->pidfd.number(), POLLIN, 0};
      if (worker->pidfd) ::poll(&gone, 1, static_cast<int>(limits::shutdown_time.count()));
      auto dead = std::move(worker);
      dead->finished_a_task = true;  // not a barren death of its own
      bury(std::move(dead), {});
    }
  }
  gone_.clear();
  if (ending_ || broken_) return;
  // What this process was when the pool started, it is no more.
  if (std::holds_alternative<ForkedZygote>(options_.zygote)) {
    return give_up("the zygote died, and one that was forked from this process cannot be made again");
  }
  count_stillborn("the zygote died");
  if (broken_) return;
  try {
    start_zygote();
  } catch (const std::exception& error) {
    return give_up(error.what());
  }
  for (Slot& slot : slots_)
    slot.birth = Clock::now();
  keep_time(Clock::now());
}

}  // namespace prong::pool
