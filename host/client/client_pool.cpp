// What callers do: jobs in, pieces out, and the waiting in between.
#include "client/client_pool.hpp"

#include "engines/exchanges.hpp"
#include "pool/engine.hpp"
#include "transport/quiet_thread.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <utility>

namespace prong::client {

using namespace cluster;

namespace {

UsageError of_one_machine(std::string_view what) {
  return UsageError{
      fmt::format("{} is of one machine, and this pool's items run on the nodes of an engine", what)};
}

}  // namespace

ClientPool::ClientPool(std::shared_ptr<const registry::Catalogue> catalogue, const EngineOptions& options)
    : owner_{::getpid()},
      options_{options},
      engine_{options.address},
      seal_{engines::make_seal(options)},
      queues_{seal_.mark()},
      run_{make_run_id()},
      run_queue_{queue_of_run(to_string(run_))},
      catalogue_{std::move(catalogue)},
      wakeup_{transport::make_eventfd()},
      exchange_{engines::make_exchange(options)},
      flights_{options.patience, !seal_.has_key()},
      is_parted_{true},
      unheard_since_{Clock::now()},
      unheard_reason_{fmt::format("{} has not answered yet", engine_)} {
  if (exchange_->rank() != 0)
    throw UsageError{
        fmt::format("{}: the pool is rank 0's; rank {} can only be a node", engine_, exchange_->rank())};
  exchange_->serve_always(run_queue_);
  try {
    thread_ = transport::start_quiet_thread([this] { serve(); });
  } catch (const std::system_error& error) {
    throw PoolBroken{fmt::format("cannot start a pool: {}", error.what())};
  }
}

ClientPool::~ClientPool() {
  if (joined_) return;
  terminate();
  join();
}

bool ClientPool::is_owner() const noexcept { return ::getpid() == owner_; }

void ClientPool::wake() noexcept { transport::signal_eventfd(wakeup_.number()); }

void ClientPool::check_open() const {
  if (broken_) throw PoolBroken{"the pool is broken: " + *broken_};
  if (terminated_) throw UsageError{"the pool was terminated: it takes no more calls"};
  if (closed_) throw UsageError{"the pool was closed: it takes no more calls"};
}

void ClientPool::check_running() const {
  if (broken_) throw PoolBroken{"the pool is broken: " + *broken_};
  if (terminated_) throw UsageError{"the pool was terminated: it takes no more items"};
  if (stopping_) throw UsageError{"the pool has ended"};
}

bool ClientPool::wait(Lock& lock, std::condition_variable& changed, const std::function<bool()>& ready,
                      std::optional<Clock::time_point> deadline) {
  if (deadline) return changed.wait_until(lock, *deadline, ready);
  changed.wait(lock, ready);
  return true;
}

void ClientPool::push(pool::JobState& job, const Items& items) {
  auto segment = make_segment(job.facts(), items);
  if (items.count == 0 && job.facts().kind != transport::JobKind::result) return;
  Lock lock{mutex_};
  check_running();
  job.check_may_push();
  job.progressed.wait(lock, [&] { return !job.window_full() || job.abandoned(); });
  check_running();
  job.check_may_push();
  segment->first_index = items.first_index.value_or(job.pushed());
  job.add(std::move(segment));
  wake();
}

void ClientPool::finish(pool::JobState& job) {
  const Lock lock{mutex_};
  job.finish();
  retire_jobs();
  job.progressed.notify_all();
  job.completed.notify_all();
}

std::optional<Piece> ClientPool::next(pool::JobState& job, std::optional<Clock::time_point> deadline) {
  Lock lock{mutex_};
  if (!wait(lock, job.progressed, [&] { return job.is_next_decided(); }, deadline) || !job.can_hand_over())
    return std::nullopt;
  Piece piece = job.hand_over();
  wake();  // there is room for more
  return piece;
}

void ClientPool::release(pool::JobState& job, std::uint64_t below) {
  const Lock lock{mutex_};
  job.release(below);
  wake();
}

std::vector<Piece> ClientPool::collect(pool::JobState& job) {
  finish(job);
  Lock lock{mutex_};
  job.lift_window();
  wake();
  job.completed.wait(lock, [&] { return job.all_ended(); });
  return job.hand_over_all();
}

std::vector<Piece> ClientPool::complete(pool::JobState& job, const Items& items) {
  push(job, items);
  return collect(job);
}

// What is on its way ends here; the node hears of it when it next asks whether it may go on.
void ClientPool::end_flights(pool::JobState& job) {
  for (Flight* flight : flights_.of(&job)) {
    const auto range = flight->range;
    drop_flight(*flight);
    job.give_back(range);  // ends at once, since the job is given up
  }
}

void ClientPool::cancel(pool::JobState& job) {
  const Lock lock{mutex_};
  if (job.is_over() || job.cancelled_since()) return;
  job.cancel();
  end_flights(job);
  retire_jobs();
}

void ClientPool::drain(pool::JobState& job) {
  const Lock lock{mutex_};
  if (job.is_over() || job.abandoned()) return;
  job.drain();
  retire_jobs();
}

void ClientPool::cancel(pool::JobState& job, std::uint64_t item) {
  const Lock lock{mutex_};
  if (job.is_over()) return;
  job.cancel_item(item);
  flights_.cancel(job, item);
  retire_jobs();
}

JobProgress ClientPool::progress(const pool::JobState& job) {
  const Lock lock{mutex_};
  return job.progress();
}

void ClientPool::when_done(const std::shared_ptr<pool::JobState>& job, std::function<void()> callback) {
  {
    const Lock lock{mutex_};
    if (!stopping_) {
      callbacks_.start();
      if (!job->is_over()) return job->when_done.push_back(std::move(callback));
      static_cast<void>(callbacks_.post(std::move(callback)));
      return;
    }
  }
  callback();
}

bool ClientPool::wait_until_over(pool::JobState& job, Clock::time_point deadline) {
  Lock lock{mutex_};
  const auto limit = deadline == Clock::time_point::max() ? std::nullopt : std::optional{deadline};
  return wait(lock, job.completed, [&] { return job.is_over(); }, limit);
}

void ClientPool::detach(pool::JobState& job) noexcept {
  const Lock lock{mutex_};
  job.finish();
  job.discard_output();
  retire_jobs();
}

void ClientPool::drop(pool::JobState& job) noexcept {
  const Lock lock{mutex_};
  job.discard_output();
  if (!job.is_over() && !job.cancelled_since()) {
    job.cancel();
    end_flights(job);
  }
  retire_jobs();
}

std::vector<ModuleInfo> ClientPool::modules() { throw of_one_machine("a plugin path"); }
std::vector<ModuleInfo> ClientPool::find(const std::string& /*name*/) {
  throw of_one_machine("a plugin path");
}
SandboxReport ClientPool::sandbox_report() { throw of_one_machine("a sandbox"); }
void ClientPool::resize(unsigned /*workers*/) { throw of_one_machine("a number of workers"); }

std::shared_ptr<void> ClientPool::allocate(std::size_t size) {
  return std::make_shared_for_overwrite<std::byte[]>(size);
}

unsigned ClientPool::workers() {
  const Lock lock{mutex_};
  return std::max(slots(), 1U);
}

PoolStatistics ClientPool::statistics() {
  const Lock lock{mutex_};
  PoolStatistics statistics;
  statistics.items = ended_jobs_.ended;
  statistics.failures = ended_jobs_.failed;
  statistics.respawns = lost_nodes_;
  for (const auto& job : jobs_) {
    statistics.items += job->progress().ended;
    statistics.failures += job->progress().failed;
  }
  return statistics;
}

void ClientPool::retire_jobs() {
  while (!over_.empty()) {
    const pool::JobState* one = over_.back();
    over_.pop_back();
    const auto place = std::ranges::find(jobs_, one, [](const auto& job) { return job.get(); });
    if (place == jobs_.end()) continue;
    const auto job = std::move(*place);
    jobs_.erase(place);
    for (auto& callback : job->when_done)
      static_cast<void>(callbacks_.post(std::move(callback)));
    job->when_done.clear();
    ended_jobs_.ended += job->progress().ended;
    ended_jobs_.failed += job->progress().failed;
  }
  changed_.notify_all();
}

void ClientPool::lose_all(const std::string& reason) {
  for (const auto& job : std::vector{jobs_}) {
    if (!job->abandoned()) job->abandon(pool::lost(reason));
    end_flights(*job);
  }
  for (const auto& question : questions_) {
    if (!question->is_over()) question->error = std::make_exception_ptr(PoolBroken{reason});
  }
  retire_jobs();
}

void ClientPool::close() {
  const Lock lock{mutex_};
  closed_ = true;
}

void ClientPool::terminate() noexcept {
  const Lock lock{mutex_};
  closed_ = true;
  if (std::exchange(terminated_, true)) return;
  lose_all("the pool was terminated");
  wake();
}

void ClientPool::join() {
  std::shared_ptr<pool::Engine> inspector;
  {
    Lock lock{mutex_};
    if (!closed_) throw UsageError{"join: close or terminate the pool first"};
    changed_.wait(lock, [&] { return (jobs_.empty() && questions_.empty()) || stopping_; });
    if (std::exchange(stopping_, true)) {
      changed_.wait(lock, [&] { return joined_; });
      return;
    }
    inspector = std::move(inspector_);
    wake();
  }
  thread_.join();
  if (inspector) {
    inspector->terminate();
    inspector->join();
  }
  callbacks_.stop();
  const Lock lock{mutex_};
  joined_ = true;
  changed_.notify_all();
}

}  // namespace prong::client
