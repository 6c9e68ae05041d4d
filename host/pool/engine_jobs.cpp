// Jobs from their first item to their last, and the pool's end.
#include "limits.hpp"
#include "pool/engine.hpp"
#include "pool/processors.hpp"

#include <prong/error.hpp>

#include <algorithm>
#include <utility>

namespace prong::pool {

namespace {

void count_in(JobProgress& sum, const JobProgress& one) {
  sum.pushed += one.pushed;
  sum.ended += one.ended;
  sum.failed += one.failed;
}

}  // namespace

void Engine::retire_jobs() {
  if (over_.empty()) return;
  // Names that were waited for end more.
  while (!over_.empty()) {
    const JobState* one = over_.back();
    over_.pop_back();
    const auto place = std::ranges::find(jobs_, one, [](const auto& job) { return job.get(); });
    if (place == jobs_.end()) continue;
    const auto job = std::move(*place);
    if (static_cast<std::size_t>(place - jobs_.begin()) < turn_) --turn_;
    jobs_.erase(place);
    for (auto& callback : job->when_done)
      static_cast<void>(callbacks_.post(std::move(callback)));
    job->when_done.clear();
    if (job->is_call()) count_in(ended_jobs_, job->progress());
    open_jobs_->leave(job->place);
    if (job->facts().prepared) see_to_states();
    if (obituaries_.has_asked(job->facts().number)) take_names(*job);
    if (job->abandoned() && job->abandoned()->ending == Ending::rejected)
      known_.forget_loadable(job->facts().file);
  }
  jobs_changed_.notify_all();
}

// Idle workers destroy what they hold of a job that has ended, and nobody else is to look whether that ends.
void Engine::see_to_states() {
  if (!workforce_) return;
  for (const auto& worker : workforce_->lives()) {
    if (worker && worker->pidfd && worker->tasks.empty()) worker->nudge();
  }
  arm(Clock::now() + limits::deaf_time);
}

void Engine::lose_all(const std::string& reason) {
  for (const auto& job : jobs_) {
    if (!job->abandoned()) job->abandon(lost(reason));
  }
  obituaries_.deliver_all();
}

bool Engine::is_used(const WorkerLife& worker, const JobState& job) const noexcept {
  return worker.has_loaded_besides(job.facts().file,
                                   initialization_ ? initialization_->file() : FileVersion{});
}

// Unless one is on its way, or is about to be: one is enough.
void Engine::make_fresh_worker(WorkerLife& used) {
  const FileVersion initial = initialization_ ? initialization_->file() : FileVersion{};
  const bool is_coming = std::ranges::any_of(workforce_->lives(), [&](const auto& worker) {
    return worker && (worker->killed_for || !worker->has_loaded_besides(initial, initial));
  });
  if (!is_coming && !is_last_for_another(used)) workforce_->recycle(used);
}

// A call that runs ends with the version that it began with.
bool Engine::is_last_for_another(const WorkerLife& worker) const {
  return std::ranges::any_of(jobs_, [&](const auto& job) {
    const FileVersion& file = job->facts().file;
    return file.file != 0 && !job->all_ended() && worker.has_run(file) &&
           !workforce_->has_version(file, &worker);
  });
}

std::shared_ptr<JobState> Engine::add_job(JobFacts facts) {
  facts.number = new_number();
  auto record = write_job(facts);
  auto job = std::make_shared<JobState>(std::move(facts), std::move(record));
  const Lock lock{mutex_};
  job->is_call() ? check_open() : check_running();
  const Accounts accounts{*this};
  enter(job);
  return job;
}

void Engine::enter(const std::shared_ptr<JobState>& job) {
  job->tell_when_over(over_);
  job->place = open_jobs_->enter(job->facts().number);
  reinterpret_cast<transport::JobRecord*>(job->record()->data())->place = job->place;
  // In order of the numbers: another thread may have been quicker between the two locks.
  const auto later = std::ranges::lower_bound(jobs_, job->facts().number, {},
                                              [](const auto& one) { return one->facts().number; });
  jobs_.insert(later, job);
}

void Engine::check_open() const {
  if (terminated_) throw UsageError{"the pool was terminated: it takes no more calls"};
  if (closed_) throw UsageError{"the pool was closed: it takes no more calls"};
  check_accounts();
  if (workforce_->broken()) throw PoolBroken{"the pool is broken: " + *workforce_->broken()};
}

bool Engine::has_broken_down() {
  const Lock lock{mutex_};
  return terminated_ || !workforce_ || workforce_->broken();
}

void Engine::check_running() const {
  if (terminated_) throw UsageError{"the pool was terminated: it takes no more items"};
  if (!workforce_ || stopping_) throw UsageError{"the pool has ended"};
  check_accounts();
  if (workforce_->broken()) throw PoolBroken{"the pool is broken: " + *workforce_->broken()};
}

void Engine::check_accounts() const {
  if (lost_accounts_)
    throw PoolBroken{"the pool is broken: this process had no memory left for its accounts"};
}

void Engine::finish(JobState& job) {
  const Lock lock{mutex_};
  if (lost_accounts_) return;
  const Accounts accounts{*this};
  job.finish();
  retire_jobs();
  job.progressed.notify_all();
  job.completed.notify_all();
}

std::optional<Piece> Engine::next(JobState& job, std::optional<Clock::time_point> deadline) {
  Lock lock{mutex_};
  if (!wait(lock, job.progressed, [&] { return job.is_next_decided(); }, deadline) || !job.can_hand_over())
    return std::nullopt;
  const Accounts accounts{*this};
  Piece piece = job.hand_over();
  dispatch();
  return piece;
}

void Engine::release(JobState& job, std::uint64_t below) {
  const Lock lock{mutex_};
  if (lost_accounts_) return;
  const Accounts accounts{*this};
  job.release(below);
  dispatch();
}

std::vector<Piece> Engine::collect(JobState& job) {
  finish(job);
  Lock lock{mutex_};
  job.lift_window();
  dispatch();
  static_cast<void>(wait(lock, job.completed, [&] { return job.all_ended(); }, std::nullopt));
  const Accounts accounts{*this};
  return job.hand_over_all();
}

std::vector<Piece> Engine::complete(JobState& job, const Items& items) {
  const Attention attention{*this};
  push(job, items);
  return collect(job);
}

void Engine::cancel(JobState& job) {
  const Lock lock{mutex_};
  cancel_all(job);
}

bool Engine::wait_until_over(JobState& job, Clock::time_point deadline) {
  Lock lock{mutex_};
  const auto limit = deadline == Clock::time_point::max() ? std::nullopt : std::optional{deadline};
  if (limit && *limit <= Clock::now()) return job.is_over();
  return wait(lock, job.completed, [&] { return job.is_over(); }, limit);
}

// Of these two: when there is no memory for it, the accounts are lost, and whoever waits is told.
void Engine::detach(JobState& job) noexcept {
  const Lock lock{mutex_};
  if (lost_accounts_) return;
  try {
    const Accounts accounts{*this};
    job.finish();
    job.discard_output();
    retire_jobs();
  } catch (const std::exception&) {
  }
}

void Engine::drop(JobState& job) noexcept {
  const Lock lock{mutex_};
  if (lost_accounts_) return;
  try {
    const Accounts accounts{*this};
    job.discard_output();
    cancel_all(job);
  } catch (const std::exception&) {
  }
}

void Engine::cancel_all(JobState& job) {
  if (job.is_over() || job.cancelled_since() || lost_accounts_) return;
  const Accounts accounts{*this};
  // Running functions may look at this; what still runs a moment later is stopped with its worker.
  auto* record = reinterpret_cast<transport::JobRecord*>(job.record()->data());
  record->cancelled.store(1, std::memory_order_relaxed);
  job.cancel();
  arm(Clock::now() + limits::cancel_time);
  retire_jobs();
}

void Engine::drain(JobState& job) {
  const Lock lock{mutex_};
  if (job.is_over() || job.abandoned() || lost_accounts_) return;
  const Accounts accounts{*this};
  job.drain();
  retire_jobs();
}

void Engine::cancel(JobState& job, std::uint64_t item) {
  const Lock lock{mutex_};
  if (job.is_over() || lost_accounts_) return;
  const Accounts accounts{*this};
  job.cancel_item(item);
  if (job.has_unwanted()) arm(Clock::now());
  retire_jobs();
}

JobProgress Engine::progress(const JobState& job) {
  const Lock lock{mutex_};
  return job.progress();
}

void Engine::when_done(const std::shared_ptr<JobState>& job, std::function<void()> callback) {
  {
    const Lock lock{mutex_};
    if (!stopping_) {
      check_accounts();
      callbacks_.start();
      arm(Clock::now() + limits::deaf_time);
      if (!job->is_over()) return job->when_done.push_back(std::move(callback));
      static_cast<void>(callbacks_.post(std::move(callback)));
      return;
    }
  }
  callback();
}

unsigned Engine::workers() {
  const Lock lock{mutex_};
  return workforce_ ? workforce_->wanted() : 0;
}

void Engine::resize(unsigned workers) {
  workers = checked_workers(workers);
  const Lock lock{mutex_};
  check_open();
  const Accounts accounts{*this};
  workforce_->resize(workers);
  words_->spin_micros = spin_micros(workers);
  dispatch();
  wake_dispatcher();
}

PoolStatistics Engine::statistics() {
  const Lock lock{mutex_};
  JobProgress sum = ended_jobs_;
  for (const auto& job : jobs_) {
    if (job->is_call()) count_in(sum, job->progress());
  }
  PoolStatistics statistics;
  statistics.items = sum.ended;
  statistics.failures = sum.failed;
  if (!workforce_) return statistics;
  statistics.respawns = workforce_->respawns();
  const auto now = Clock::now();
  for (const auto& worker : workforce_->lives()) {
    if (!worker || !worker->pidfd) continue;
    statistics.workers.push_back(
        {.pid = worker->pid, .items = worker->items_done, .busy = worker->busy_time(now)});
  }
  return statistics;
}

std::vector<int> Engine::worker_pids() {
  const Lock lock{mutex_};
  std::vector<int> pids;
  if (!workforce_) return pids;
  for (const auto& worker : workforce_->lives()) {
    if (worker && worker->pidfd) pids.push_back(worker->pid);
  }
  return pids;
}

void Engine::close() {
  const Lock lock{mutex_};
  closed_ = true;
}

void Engine::terminate() noexcept {
  const Lock lock{mutex_};
  closed_ = true;
  if (terminated_ || !workforce_) return;
  terminated_ = true;
  if (lost_accounts_) return;
  try {
    const Accounts accounts{*this};
    lose_all("the pool was terminated");
    workforce_->kill_all(lost("the pool was terminated"));
    retire_jobs();
  } catch (const std::exception&) {
    return;  // the accounts are lost, and the workers are ended
  }
  wake_dispatcher();
}

void Engine::join() {
  {
    Lock lock{mutex_};
    if (!closed_) throw UsageError{"join: close or terminate the pool first"};
    arm(Clock::now() + limits::deaf_time);
    jobs_changed_.wait(lock, [&] { return jobs_.empty() || stopping_ || lost_accounts_; });
    if (std::exchange(stopping_, true)) {
      jobs_changed_.wait(lock, [&] { return joined_; });
      return;
    }
    wake_dispatcher();
  }
  dispatcher_.join();
  std::unique_ptr<Workforce> ended;
  {
    const Lock lock{mutex_};
    ended = std::move(workforce_);
  }
  ended.reset();
  memory_->close_files();
  {
    const Lock lock{mutex_};
    joined_ = true;
    jobs_changed_.notify_all();
  }
  renewals_.stop();
  callbacks_.stop();
}

}  // namespace prong::pool
