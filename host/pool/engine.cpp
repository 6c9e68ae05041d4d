// Jobs in, pieces out, and the waiting in between.
#include "pool/engine.hpp"

#include "limits.hpp"
#include "pool/fork_gate.hpp"
#include "pool/processors.hpp"
#include "registry/catalogue.hpp"
#include "transport/message_socket.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace prong::pool {

namespace {

unsigned checked_workers(unsigned wanted) {
  if (wanted > limits::workers_max) {
    throw UsageError{fmt::format("{} workers: at most {} are possible", wanted, limits::workers_max)};
  }
  return wanted != 0 ? wanted : std::min(usable_processors(), limits::workers_max);
}

// A worker spins for work only where it takes nobody's processor.
std::uint32_t spin_micros(unsigned workers) {
  return workers <= usable_processors()
             ? static_cast<std::uint32_t>(
                   std::chrono::duration_cast<std::chrono::microseconds>(limits::spin_time).count())
             : 0;
}

int sleep(int epoll, std::span<epoll_event> events, int timeout) {
  const Parked parked;
  return ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), timeout);
}

bool forks(StartMethod method, const registry::FunctionTable& defined) {
  return method == StartMethod::fork || (method == StartMethod::automatic && !defined.empty());
}

ZygoteOrigin forked_zygote(const std::shared_ptr<const registry::FunctionTable>& defined,
                           bool despite_threads) {
  return ForkedZygote{.find_defined =
                          [defined](FunctionKind kind, std::string_view name) {
                            const DynamicFunction* found = defined->find(kind, name);
                            return found != nullptr ? &found->run : nullptr;
                          },
                      .despite_threads = despite_threads};
}

ZygoteOrigin fresh_zygote(const std::filesystem::path& executable) {
  return FreshZygote{executable.empty() ? default_zygote() : executable};
}

Failure lost(const std::string& reason) {
  Failure failure;
  failure.ending = Ending::lost;
  failure.what = reason;
  return failure;
}

}  // namespace

Engine::Engine(std::shared_ptr<const registry::Catalogue> catalogue, const PoolOptions& options)
    : owner_{::getpid()},
      workers_{checked_workers(options.workers)},
      load_timeout_{options.load_timeout},
      catalogue_{std::move(catalogue)},
      defined_{catalogue_->functions()},
      forked_{forks(options.start_method, *defined_)} {
  try {
    memory_ = std::make_shared<PoolMemory>();
    // The first range of all: PoolWords lie at offset 0.
    words_range_ = memory_->allocate(Region::inputs, sizeof(transport::PoolWords));
    words_ = new (words_range_->data()) transport::PoolWords{};
    words_->spin_micros = spin_micros(workers_);
    workforce_ = std::make_unique<Workforce>(
        memory_,
        forked_ ? forked_zygote(defined_, options.allow_fork_with_threads) : fresh_zygote(options.zygote),
        workers_);
    dispatcher_ = start_own_thread([this] { serve(); });
  } catch (const std::system_error& error) {
    throw PoolBroken{fmt::format("cannot start a pool of {} workers: {}", workers_, error.what())};
  }
}

Engine::~Engine() = default;

bool Engine::is_owner() const noexcept { return ::getpid() == owner_; }

void Engine::check_owner() const {
  if (!is_owner()) throw UsageError{"a pool works only in the process that made it, not in a child of that"};
}

void Engine::serve() {
  std::array<epoll_event, 64> events;
  Lock lock{mutex_};
  while (!stopping_) {
    const auto next = workforce_->next_time();
    lock.unlock();
    int timeout = -1;
    if (next) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }
    const int count = sleep(workforce_->epoll(), events, timeout);
    lock.lock();
    if (stopping_) return;
    try {
      workforce_->handle({events.data(), static_cast<std::size_t>(std::max(count, 0))});
      workforce_->keep_time(Clock::now());
      if (count == 0) workforce_->read_reports();
      dispatch();
    } catch (const std::exception& error) {
      // No memory, no descriptors: what was half done cannot be told from what was not.
      workforce_->give_up(fmt::format("the pool cannot go on: {}", error.what()));
      lose_all(*workforce_->broken());
    }
  }
}

void Engine::wake_dispatcher() noexcept { workforce_->wake(); }

void Engine::dispatch() {
  if (!workforce_) return;
  if (workforce_->broken()) lose_all(*workforce_->broken());
  // One task for everybody before a second one for anybody.
  for (std::size_t held = 0; held < limits::tasks_in_flight; ++held) {
    for (const auto& worker : workforce_->lives()) {
      if (!worker || !worker->pidfd || worker->killed_for || worker->tasks.size() > held) continue;
      if (worker->retiring) {
        if (worker->tasks.empty()) workforce_->recycle(*worker);
        continue;
      }
      if (held == 0) {
        if (!hand_out(*worker)) return retire_jobs();
      } else if (const auto job = worker->tasks.front().job; job->prefetches(workers_)) {
        // Of the same job: another one's item would wait behind it while a worker is idle.
        static_cast<void>(hand_out_of(job, *worker));
      }
    }
  }
  retire_jobs();
}

bool Engine::hand_out(WorkerLife& worker) {
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const std::size_t at = (turn_ + i) % jobs_.size();
    if (hand_out_of(jobs_[at], worker)) {
      turn_ = at + 1;
      return true;
    }
  }
  return false;
}

bool Engine::hand_out_of(const std::shared_ptr<JobState>& job, WorkerLife& worker) {
  if (worker.holds_other_version(job->facts().file)) {
    if (!worker.tasks.empty() || !job->has_waiting()) return false;
    workforce_->recycle(worker);
    return true;
  }
  auto range = job->take(workers_);
  if (!range) return false;
  worker.send(job, std::move(*range));
  worker.ring();
  if (worker.deadline) wake_dispatcher();
  return true;
}

void Engine::retire_jobs() {
  const auto before = jobs_.size();
  std::erase_if(jobs_, [](const auto& job) { return job->is_over(); });
  if (jobs_.size() == before) return;
  std::uint64_t oldest = next_job_number_;
  for (const auto& job : jobs_)
    oldest = std::min(oldest, job->facts().number);
  // relaxed: workers use it to tidy up, at some time.
  words_->oldest_job.store(oldest, std::memory_order_relaxed);
  jobs_changed_.notify_all();
}

void Engine::lose_all(const std::string& reason) {
  for (const auto& job : jobs_) {
    if (!job->abandoned()) job->abandon(lost(reason));
  }
}

bool Engine::wait(Lock& lock, std::condition_variable& changed, const std::function<bool()>& ready,
                  std::optional<Clock::time_point> deadline) {
  if (!ready()) read_reports_while(lock, [&] { return !ready(); });
  while (!ready()) {
    if (!deadline) {
      changed.wait(lock);
    } else if (changed.wait_until(lock, *deadline) == std::cv_status::timeout) {
      return ready();
    }
  }
  return true;
}

// For as long as a sleep and a wake-up would cost. Workers do not signal meanwhile; after the last turn of
// `attended_` we look once more, for what was reported before they saw it.
void Engine::read_reports_while(Lock& lock, const std::function<bool()>& unready) {
  if (attended_ || !workforce_) return;
  attended_ = true;
  workforce_->attend(true);
  const std::shared_ptr<void> at_end{nullptr, [this](void*) { attended_ = false; }};
  const auto until = Clock::now() + limits::spin_time;
  while (unready() && Clock::now() < until) {
    workforce_->read_reports();
    dispatch();
    if (!unready()) break;
    lock.unlock();
    for (int i = 0; i < 8; ++i)
      transport::spin_pause();
    lock.lock();
    if (!workforce_) break;
  }
  if (!workforce_) return;
  workforce_->attend(false);
  workforce_->read_reports();
  dispatch();
}

std::shared_ptr<JobState> Engine::add_job(transport::JobDescription description, JobFacts facts) {
  {
    const Lock lock{mutex_};
    check_open();
    facts.number = description.number = next_job_number_++;
  }
  const std::string bytes = transport::encode_job(description);
  RangePointer record = memory_->allocate(Region::inputs, bytes.size());
  std::memcpy(record->data(), bytes.data(), bytes.size());
  auto job = std::make_shared<JobState>(std::move(facts), std::move(record));
  const Lock lock{mutex_};
  check_open();
  jobs_.push_back(job);
  return job;
}

void Engine::check_open() const {
  if (terminated_) throw UsageError{"the pool was terminated: it takes no more calls"};
  if (closed_) throw UsageError{"the pool was closed: it takes no more calls"};
  if (workforce_->broken()) throw PoolBroken{"the pool is broken: " + *workforce_->broken()};
}

void Engine::check_running() const {
  if (!workforce_) throw UsageError{"the pool has ended"};
  if (workforce_->broken()) throw PoolBroken{"the pool is broken: " + *workforce_->broken()};
}

void Engine::finish(JobState& job) {
  const Lock lock{mutex_};
  job.finish();
  retire_jobs();
  job.progressed.notify_all();
}

std::optional<Piece> Engine::next(JobState& job, std::optional<Clock::time_point> deadline) {
  Lock lock{mutex_};
  const auto ready = [&] {
    return job.can_hand_over() || (job.all_handed_over() && (job.finished() || job.abandoned()));
  };
  if (!wait(lock, job.progressed, ready, deadline) || !job.can_hand_over()) return std::nullopt;
  Piece piece = job.hand_over();
  dispatch();
  return piece;
}

std::vector<Piece> Engine::collect(JobState& job) {
  finish(job);
  Lock lock{mutex_};
  job.lift_window();
  dispatch();
  static_cast<void>(wait(lock, job.completed, [&] { return job.all_ended(); }, std::nullopt));
  std::vector<Piece> pieces;
  while (job.can_hand_over())
    pieces.push_back(job.hand_over());
  std::ranges::sort(pieces, {}, &Piece::first);
  return pieces;
}

void Engine::cancel(JobState& job) {
  const Lock lock{mutex_};
  cancel_waiting(job);
}

void Engine::drop(JobState& job) {
  const Lock lock{mutex_};
  job.discard_output();
  cancel_waiting(job);
}

void Engine::cancel_waiting(JobState& job) {
  if (job.is_over() || job.abandoned()) return;
  auto* record = reinterpret_cast<transport::JobRecord*>(job.record()->data());
  record->cancelled.store(1, std::memory_order_relaxed);
  Failure cancelled;
  cancelled.ending = Ending::cancelled;
  cancelled.function = job.facts().function;
  job.abandon(cancelled);
  retire_jobs();
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

void Engine::terminate() {
  const Lock lock{mutex_};
  closed_ = true;
  if (terminated_ || !workforce_) return;
  terminated_ = true;
  lose_all("the pool was terminated");
  workforce_->kill_all(lost("the pool was terminated"));
  retire_jobs();
  wake_dispatcher();
}

void Engine::join() {
  {
    Lock lock{mutex_};
    if (!closed_) throw UsageError{"join: close or terminate the pool first"};
    jobs_changed_.wait(lock, [&] { return jobs_.empty() || !workforce_; });
    if (stopping_) return;
    stopping_ = true;
    if (!workforce_) return;
    wake_dispatcher();
  }
  dispatcher_.join();
  std::unique_ptr<Workforce> ended;
  {
    const Lock lock{mutex_};
    ended = std::move(workforce_);
    jobs_changed_.notify_all();
  }
  ended.reset();
  memory_->close_files();
}

}  // namespace prong::pool
