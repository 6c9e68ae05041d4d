// What callers do: jobs in, pieces out, and the waiting in between.
#include "client/client_pool.hpp"

#include "client/client.hpp"
#include "cluster/queue_name.hpp"
#include "engines/exchanges.hpp"
#include "limits.hpp"
#include "names/qualified_name.hpp"
#include "pool/call_check.hpp"
#include "pool/engine.hpp"
#include "pool/functions.hpp"
#include "values/signature.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <new>
#include <utility>

namespace prong::client {

namespace {

Failure lost(const std::string& reason) {
  Failure failure;
  failure.ending = Ending::lost;
  failure.what = reason;
  return failure;
}

UsageError of_one_machine(std::string_view what) {
  return UsageError{
      fmt::format("{} is of one machine, and this pool's items run on the nodes of an engine", what)};
}

// What is a matter of each node.
void check_options(const PoolOptions& options) {
  const PoolOptions usual;
  const auto same = [](bool is_same, std::string_view name) {
    if (!is_same)
      throw UsageError{
          fmt::format("{}: with an engine this is a matter of each node; give it to `prong worker`", name)};
  };
  same(options.workers == 0, "workers");
  same(!options.initializer, "initializer");
  same(!options.max_tasks_per_child, "max_tasks_per_child");
  same(!options.max_memory_per_child, "max_memory_per_child");
  same(!options.idle_timeout, "idle_timeout");
  same(options.start_method != StartMethod::fork, "start_method");
  same(options.core_directory.empty(), "core_directory");
  same(options.sandbox == Sandbox::none, "sandbox");
  same(!options.memory_limit, "memory_limit");
  same(!options.processor_limit, "processor_limit");
  same(!options.descriptor_limit, "descriptor_limit");
  same(options.allow_read.empty(), "allow_read");
}

// Signals are the program's own threads' to take.
std::thread start_thread(const std::function<void()>& body) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread thread{body};
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
}

}  // namespace

std::shared_ptr<pool::Backend> make_client(std::shared_ptr<const registry::Catalogue> catalogue,
                                           const PoolOptions& options) {
  check_options(options);
  return std::make_shared<ClientPool>(std::move(catalogue), options.engine);
}

ClientPool::ClientPool(std::shared_ptr<const registry::Catalogue> catalogue, const EngineOptions& options)
    : owner_{::getpid()},
      options_{options},
      engine_{options.address},
      seal_{engines::make_seal(options)},
      run_{make_run_id()},
      run_queue_{queue_of_run(to_string(run_))},
      catalogue_{std::move(catalogue)},
      wakeup_{transport::make_eventfd()},
      exchange_{engines::make_exchange(options)},
      flights_{options.patience, !seal_.has_key()},
      parted_since_{Clock::now()},
      parted_reason_{"it has not answered yet"} {
  exchange_->serve_always(run_queue_);
  try {
    thread_ = start_thread([this] { serve(); });
  } catch (const std::system_error& error) {
    throw PoolBroken{fmt::format("cannot start a pool: {}", error.what())};
  }
}

ClientPool::~ClientPool() {
  if (!thread_.joinable()) return;
  terminate();
  join();
}

bool ClientPool::is_owner() const noexcept { return ::getpid() == owner_; }

void ClientPool::wake() noexcept { transport::signal_eventfd(wakeup_.number()); }

void ClientPool::check_open() const {
  if (terminated_) throw UsageError{"the pool was terminated: it takes no more calls"};
  if (closed_) throw UsageError{"the pool was closed: it takes no more calls"};
}

void ClientPool::check_running() const {
  if (terminated_) throw UsageError{"the pool was terminated: it takes no more items"};
  if (stopping_) throw UsageError{"the pool has ended"};
}

bool ClientPool::wait(Lock& lock, std::condition_variable& changed, const std::function<bool()>& ready,
                      std::optional<Clock::time_point> deadline) {
  if (deadline) return changed.wait_until(lock, *deadline, ready);
  changed.wait(lock, ready);
  return true;
}

// One worker looks at the file, whose content is not for this process to read.
std::string ClientPool::own_build_of(std::string_view function) {
  std::string module;
  try {
    module = names::parse(function).module;
  } catch (const std::invalid_argument& error) {
    throw CannotFind{fmt::format("'{}': {}", function, error.what())};
  }
  if (module.empty()) {
    throw CannotFind{fmt::format(
        "cannot find function '{}' on other machines: a name without a dot is of a function that a program "
        "defines for itself; with an engine, only those of plugins can be called",
        function)};
  }
  const auto found = catalogue_->plugin_path.find(module);
  if (!std::holds_alternative<registry::PluginFile>(found)) return {};
  std::shared_ptr<pool::Engine> inspector;
  {
    const Lock lock{mutex_};
    if (!inspector_) {
      inspector_ = std::make_shared<pool::Engine>(
          catalogue_,
          PoolOptions{.workers = 1, .idle_timeout = limits::servers_time, .start_method = StartMethod::exec});
    }
    inspector = inspector_;
  }
  const auto files = inspector->find(module);
  return files.empty() || files.front().refusal ? std::string{} : files.front().build_id;
}

Answer ClientPool::ask(CallHead head) {
  auto question = std::make_shared<Question>();
  question->queue = queue_of(head.call.kind, head.call.function, head.build_id);
  question->head = std::move(head);
  question->asked = question->due = Clock::now();
  Lock lock{mutex_};
  check_open();
  question->number = next_question_++;
  questions_.push_back(question);
  wake();
  changed_.wait(lock, [&] { return question->is_over(); });
  std::erase(questions_, question);
  if (question->error) std::rethrow_exception(question->error);
  return std::move(*question->answer);
}

std::shared_ptr<pool::JobState> ClientPool::open(const Call& call) {
  if (call.timed)
    throw UsageError{
        fmt::format("'{}': when items ran is not told by other machines' clocks", call.function)};
  const auto time_limit = pool::checked_timeout(call);
  CallHead head{.call = call, .build_id = options_.any_build ? std::string{} : own_build_of(call.function)};
  const Answer answer = ask(head);
  const FunctionInfo& function = *answer.function;
  const auto description = pool::describe_job(call, function, std::nullopt);
  const values::Type result = values::parse_signature(function.result);
  const auto layout = result.layout();
  if (!options_.any_build && answer.build) head.build_id = answer.build->build_id;
  pool::JobFacts facts{.kind = description.kind,
                       .function = function.name,
                       .build = answer.build ? std::make_shared<const PluginBuild>(*answer.build) : nullptr,
                       .pure = function.pure && call.kind == FunctionKind::map,
                       .ordered = call.ordered,
                       .seed = call.seed,
                       .chunk_size = call.chunk_size,
                       .window_bytes = call.window_bytes,
                       .items = description.items,
                       .results = description.results,
                       .item_stride = call.items == Encoding::raw ? description.item_stride : 0,
                       .item_type = pool::item_type_of(call, function),
                       .result_stride = layout ? layout->size : 0,
                       .result_type = result,
                       .item_time_limit = time_limit,
                       .task_time_aim = limits::chunk_time_aim};
  const Lock lock{mutex_};
  check_open();
  head.call_number = facts.number = next_call_++;
  const std::string queue = queue_of(call.kind, call.function, head.build_id);
  auto job = std::make_shared<RemoteJob>(std::move(facts), std::move(head), queue);
  job->tell_when_over(over_);
  jobs_.push_back(job);
  return job;
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
  const auto ready = [&] {
    return job.can_hand_over() || (job.all_handed_over() && (job.finished() || job.abandoned()));
  };
  if (!wait(lock, job.progressed, ready, deadline) || !job.can_hand_over()) return std::nullopt;
  Piece piece = job.hand_over();
  wake();  // there is room for more
  return piece;
}

std::vector<Piece> ClientPool::collect(pool::JobState& job) {
  finish(job);
  Lock lock{mutex_};
  job.lift_window();
  wake();
  job.completed.wait(lock, [&] { return job.all_ended(); });
  std::vector<Piece> pieces;
  while (job.can_hand_over())
    pieces.push_back(job.hand_over());
  std::ranges::sort(pieces, {}, &Piece::first);
  return pieces;
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

FunctionInfo ClientPool::describe(std::string_view function, FunctionKind kind) {
  CallHead head{.call = {.function = std::string{function}, .kind = kind},
                .build_id = options_.any_build ? std::string{} : own_build_of(function),
                .describes_only = true};
  return *ask(std::move(head)).function;
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
  unsigned slots = 0;
  for (const auto& [id, node] : nodes_)
    slots += node.facts.slots;
  return slots;
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
    if (!job->abandoned()) job->abandon(lost(reason));
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
  {
    Lock lock{mutex_};
    if (!closed_) throw UsageError{"join: close or terminate the pool first"};
    changed_.wait(lock, [&] { return (jobs_.empty() && questions_.empty()) || stopping_; });
    if (std::exchange(stopping_, true)) {
      changed_.wait(lock, [&] { return !thread_.joinable(); });
      return;
    }
    wake();
  }
  thread_.join();
  {
    const Lock lock{mutex_};
    changed_.notify_all();
  }
  if (inspector_) {
    inspector_->terminate();
    inspector_->join();
  }
  callbacks_.stop();
}

}  // namespace prong::client
