// The dispatcher: tasks to workers, reports from them, and the waiting in between.
#include "pool/engine.hpp"

#include "limits.hpp"
#include "pool/core_files.hpp"
#include "pool/fork_gate.hpp"
#include "pool/processors.hpp"
#include "pool/sandbox_options.hpp"
#include "registry/catalogue.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>

namespace prong::pool {

namespace {

WorkforceOptions checked_options(const PoolOptions& options) {
  const auto positive = [](const auto& option, std::string_view name) {
    if (option && static_cast<std::int64_t>(*option) <= 0) {
      throw UsageError{WrongOption{.name = std::string{name},
                                   .value = std::to_string(static_cast<std::int64_t>(*option)),
                                   .reason = "it must be positive"}};
    }
  };
  positive(options.max_tasks_per_child, "max_tasks_per_child");
  positive(options.max_memory_per_child, "max_memory_per_child");
  if (options.idle_timeout && options.idle_timeout->count() <= 0) {
    throw UsageError{WrongOption{.name = "idle_timeout",
                                 .value = fmt::format("{} ms", options.idle_timeout->count()),
                                 .reason = "it must be positive"}};
  }
  if (options.load_timeout.count() <= 0) {
    throw UsageError{WrongOption{.name = "load_timeout",
                                 .value = fmt::format("{} ms", options.load_timeout.count()),
                                 .reason = "it must be positive"}};
  }
  if (options.start_method > StartMethod::fork) {
    throw UsageError{fmt::format("start_method {}: there is none of this number",
                                 static_cast<unsigned>(options.start_method))};
  }
  return {.workers = checked_workers(options.workers),
          .zygote = {},
          .items_max = options.max_tasks_per_child.value_or(UINT64_MAX),
          .memory_max = options.max_memory_per_child.value_or(SIZE_MAX),
          .idle_time = options.idle_timeout,
          .tidy_time = std::min<std::chrono::milliseconds>(options.load_timeout, limits::timeout_max),
          .sandbox = options.sandbox,
          .memory_limit = options.memory_limit,
          .core_directory = checked_core_directory(options.core_directory)};
}

int sleep(int epoll, std::span<epoll_event> events, int timeout) {
  const Parked parked;
  return ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), timeout);
}

void pause() {
  const Parked parked;
  std::this_thread::sleep_for(limits::busy_pause);
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

int milliseconds_until(const std::optional<Engine::Clock::time_point>& due) {
  if (!due) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Engine::Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

void Backend::check_owner() const {
  if (!is_owner()) throw UsageError{"a pool works only in the process that made it, not in a child of that"};
}

Engine::Engine(std::shared_ptr<const registry::Catalogue> catalogue, const PoolOptions& options)
    : owner_{::getpid()},
      load_timeout_{options.load_timeout},
      sandbox_{options.sandbox},
      processor_limit_{options.processor_limit},
      catalogue_{std::move(catalogue)},
      defined_{catalogue_->functions()},
      forked_{forks(options.start_method, *defined_)} {
  WorkforceOptions wanted = checked_options(options);
  wanted.zygote =
      forked_ ? forked_zygote(defined_, options.allow_fork_with_threads) : fresh_zygote(options.zygote);
  try {
    sandbox::Plan plan = plan_sandbox(options, catalogue_->plugin_path.folders());
    memory_ = std::make_shared<PoolMemory>(sandbox_ == Sandbox::strict ? PoolMemory::OutputsBy::host
                                                                       : PoolMemory::OutputsBy::workers);
    // The first range of all: PoolWords lie at offset 0.
    words_range_ = memory_->allocate(Region::inputs, sizeof(transport::PoolWords));
    words_ = new (words_range_->data()) transport::PoolWords{};
    words_->spin_micros = spin_micros(wanted.workers);
    wanted.core_directory.native().copy(words_->core_directory.data(), words_->core_directory.size() - 1);
    open_jobs_.emplace(*words_);
    workforce_ = std::make_unique<Workforce>(memory_, std::move(plan), wanted);
    dispatcher_ = start_own_thread([this] { serve(); });
  } catch (const std::system_error& error) {
    throw PoolBroken{fmt::format("cannot start a pool of {} workers: {}", wanted.workers, error.what())};
  }
}

Engine::~Engine() = default;

bool Engine::is_owner() const noexcept { return ::getpid() == owner_; }

void Engine::serve() {
  ::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(limits::timer_slack.count()));
  std::array<epoll_event, 64> events;
  Lock lock{mutex_};
  while (!stopping_) {
    const int timeout = milliseconds_until(workforce_->due());
    dispatcher_sleeps_ = true;
    lock.unlock();
    const int count = sleep(workforce_->epoll(), events, timeout);
    lock.lock();
    dispatcher_sleeps_ = false;
    if (stopping_ || lost_accounts_) return;
    try {
      handle({events.data(), static_cast<std::size_t>(std::max(count, 0))}, lock);
    } catch (const std::exception&) {
      return;  // the accounts are lost
    }
  }
}

void Engine::handle(std::span<const epoll_event> events, Lock& lock) {
  const Accounts accounts{*this};
  try {
    const std::size_t reports = workforce_->handle(events);
    zygote_spoke_.notify_all();
    if (const auto now = Clock::now(); workforce_->due() && *workforce_->due() <= now) {
      workforce_->keep_time(now);
      obituaries_.deliver_late(now);
      if (const auto due = obituaries_.due()) workforce_->look_by(*due);
      static_cast<void>(workforce_->read_reports());
    }
    dispatch();
    if (reports >= limits::busy_reports) read_reports_while_many(lock);
  } catch (const std::system_error& error) {
    // No descriptors.
    workforce_->give_up(fmt::format("the pool cannot go on: {}", error.what()));
    lose_all(*workforce_->broken());
  }
}

void Engine::lose_accounts() noexcept {
  lost_accounts_ = true;
  if (workforce_) workforce_->end_all();
  for (const auto& job : jobs_) {
    job->progressed.notify_all();
    job->completed.notify_all();
  }
  jobs_changed_.notify_all();
  wake_dispatcher();
}

void Engine::wake_dispatcher() noexcept {
  if (workforce_) workforce_->wake();
}

void Engine::arm(Clock::time_point due) {
  if (workforce_ && workforce_->look_by(due) && dispatcher_sleeps_) wake_dispatcher();
}

void Engine::dispatch() {
  if (!workforce_ || lost_accounts_) return;
  const Accounts accounts{*this};
  if (initialization_ && !workforce_->broken()) settle_initializers();
  if (workforce_->broken()) lose_all(*workforce_->broken());
  tell_crashes();
  workforce_->take_open(open_slots_);
  hand_out_to(open_slots_);
  rouse_workers();
  retire_jobs();
}

// One task for everybody before a second one for anybody; and first to who has been idle for the shortest
// time, since it still spins, and its caches are warm. Who holds nothing stays open, in that order.
void Engine::hand_out_to(std::span<const std::uint32_t> slots) {
  for (const std::uint32_t slot : std::views::reverse(slots)) {
    const auto& worker = workforce_->lives()[slot];
    if (!worker || !worker->can_take() || !worker->tasks.empty()) continue;
    if (initialization_ && !worker->initialized && !initialization_->is_stale()) {
      initialization_->send_to(*worker);
    } else {
      // None for this one may be some for the next, which has another version of a file.
      static_cast<void>(hand_out(*worker));
    }
  }
  for (const std::uint32_t slot : slots) {
    const auto& worker = workforce_->lives()[slot];
    if (!worker || !worker->can_take()) continue;
    if (worker->tasks.empty()) {
      workforce_->put_open(slot);
    } else if (!initialization_ || worker->initialized) {
      hand_out_ahead(*worker);
    }
    worker->ring();
  }
}

// Of the job that it works at: another one's item would wait behind that while a worker is idle.
void Engine::hand_out_ahead(WorkerLife& worker) {
  const auto job = worker.tasks.front().job;
  const std::size_t most = job->tasks_ahead(workforce_->wanted());
  while (worker.tasks.size() < most && hand_out_of(job, worker)) {
  }
}

void Engine::settle_initializers() {
  for (const std::uint32_t slot : initialization_->settle(workforce_->lives()))
    workforce_->put_open(slot);
  if (const auto& failure = initialization_->failure()) {
    return workforce_->give_up("its initializer failed: " + failure->message());
  }
  if (!initialization_->is_stale() || std::exchange(renewing_, true)) return;
  try {
    renewals_.start();
    static_cast<void>(renewals_.post([this] { renew_initializer(); }));
  } catch (const std::exception& error) {
    workforce_->give_up(fmt::format("its initializer cannot be run again: {}", error.what()));
  }
}

// Whoever is awake has as much as it can hold.
void Engine::rouse_workers() {
  if (!workforce_->may_have_dormant()) return;
  std::uint64_t waiting = 0;
  for (const auto& job : jobs_)
    waiting += job->waiting_items();
  if (waiting > 0) workforce_->rouse(waiting);
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
  if (initialization_ && !worker.initialized && job->is_call()) return false;
  if (worker.holds_other_version(job->facts().file)) {
    if (!worker.tasks.empty() || job->waiting_items() == 0 || is_last_for_another(worker)) return false;
    workforce_->recycle(worker);
    return true;
  }
  if (job->file_replaced && !worker.has_run(job->facts().file)) {
    if (job->waiting_items() > 0 && !workforce_->has_version(job->facts().file)) job->lose_to_replacement();
    return false;
  }
  const bool used = is_used(worker, *job);
  if (used && job->facts().fresh_worker) {
    if (worker.tasks.empty() && job->waiting_items() > 0) make_fresh_worker(worker);
    return false;
  }
  const std::uint64_t most = std::min(workforce_->items_left(worker), worker.room_for(*job));
  auto range = most > 0 ? job->take(workforce_->wanted(), most) : std::nullopt;
  if (!range) return false;
  job->in_used_worker = used;
  worker.send(job, std::move(*range));
  // Who looks for the sake of the first task goes on doing so.
  if (worker.tasks.size() > 1) return true;
  if (const auto look = worker.next_look(worker.busy_since())) arm(*look);
  return true;
}

bool Engine::wait(Lock& lock, std::condition_variable& changed, const std::function<bool()>& ready,
                  std::optional<Clock::time_point> deadline) {
  check_accounts();
  if (!ready()) read_reports_while(lock, [&] { return !ready(); });
  if (!ready()) arm(Clock::now() + limits::deaf_time);
  while (!ready()) {
    check_accounts();
    if (!deadline) {
      changed.wait(lock);
    } else if (changed.wait_until(lock, *deadline) == std::cv_status::timeout) {
      check_accounts();
      return ready();
    }
  }
  check_accounts();
  return true;
}

// The partner of the worker's HostPort::send: it writes a report, then looks at this word.
void Engine::attend(bool attended) noexcept {
  words_->attended.store(attended ? 1 : 0, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

// Until the end of what is returned; the lock is held then.
std::shared_ptr<void> Engine::attend_reports() {
  attended_ = true;
  attend(true);
  return {nullptr, [this](void*) {
            attend(false);
            attended_ = false;
          }};
}

Engine::Attention::Attention(Engine& engine) : engine_{engine} {
  const Lock lock{engine.mutex_};
  engine.attend(true);
}

Engine::Attention::~Attention() {
  const Lock lock{engine_.mutex_};
  if (engine_.attended_) return;
  try {
    engine_.unattend();
  } catch (const std::exception&) {
    // The accounts are lost, and who waits is told.
  }
}

// And looks once more, for what was reported by a worker that still saw us attend.
void Engine::unattend() {
  attend(false);
  static_cast<void>(read_reports());
}

// Workers that report faster than they can wake us, and be woken, go on undisturbed: we look now and then.
// Not for long at a time, since deaths, and limits of time, are not seen meanwhile.
void Engine::read_reports_while_many(Lock& lock) {
  if (attended_) return;
  const auto attention = attend_reports();
  const auto until = Clock::now() + limits::busy_time;
  do {
    lock.unlock();
    pause();
    lock.lock();
  } while (!stopping_ && Clock::now() < until && read_reports() >= limits::busy_reports);
  unattend();
}

// For as long as a sleep and a wake-up would cost. Workers do not signal meanwhile.
void Engine::read_reports_while(Lock& lock, const std::function<bool()>& unready) {
  if (attended_ || !workforce_) return;
  const auto attention = attend_reports();
  const auto until = Clock::now() + limits::spin_time;
  while (unready() && Clock::now() < until) {
    static_cast<void>(read_reports());
    if (!unready()) break;
    lock.unlock();
    for (int i = 0; i < 8; ++i)
      transport::spin_pause();
    lock.lock();
    if (!workforce_) break;
  }
  unattend();
}

std::size_t Engine::read_reports() {
  if (!workforce_ || lost_accounts_) return 0;
  const Accounts accounts{*this};
  const std::size_t count = workforce_->read_reports();
  dispatch();
  return count;
}

}  // namespace prong::pool
