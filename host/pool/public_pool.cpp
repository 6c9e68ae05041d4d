// The public Pool and Job, over the engine.
#include "pool/engine.hpp"
#include "pool/job_handle.hpp"
#include "values/signature.hpp"

#include <prong/pool.hpp>

namespace prong {

Encoding native_encoding(std::string_view signature) {
  switch (values::wire_of(values::parse_signature(signature))) {
    case values::Wire::raw:
      return Encoding::raw;
    case values::Wire::views:
      return Encoding::views;
    case values::Wire::msgpack:
      break;
  }
  return Encoding::msgpack;
}

Job::Job(std::shared_ptr<pool::JobHandle> handle) : handle_{std::move(handle)} {}
Job::~Job() = default;

void Job::push(const Items& items) { handle_->engine().push(handle_->job(), items); }
void Job::finish() { handle_->engine().finish(handle_->job()); }
std::optional<Piece> Job::next() { return handle_->engine().next(handle_->job(), std::nullopt); }
std::optional<Piece> Job::next_until(std::chrono::steady_clock::time_point deadline) {
  return handle_->engine().next(handle_->job(), deadline);
}
std::shared_ptr<const PluginBuild> Job::build() const { return handle_->job().facts().build; }
std::vector<Piece> Job::collect() { return handle_->engine().collect(handle_->job()); }
void Job::cancel() { handle_->engine().cancel(handle_->job()); }
void Job::drain() { handle_->engine().drain(handle_->job()); }
void Job::cancel(std::uint64_t item) { handle_->engine().cancel(handle_->job(), item); }
JobProgress Job::progress() const { return handle_->engine().progress(handle_->job()); }
bool Job::wait_until(std::chrono::steady_clock::time_point deadline) {
  return handle_->engine().wait_until_over(handle_->job(), deadline);
}
void Job::detach() { handle_->detach(); }
void Job::when_done(std::function<void()> callback) {
  handle_->engine().when_done(handle_->shared_job(), std::move(callback));
}
bool Job::is_in_callback() const { return handle_->engine().is_in_callback(); }

Pool::Pool(const Registry& functions, PoolOptions options)
    : engine_{std::make_shared<pool::Engine>(functions.catalogue_, options)} {
  if (!options.initializer) return;
  try {
    engine_->set_initializer(*options.initializer);
  } catch (...) {
    engine_->terminate();
    engine_->join();
    throw;
  }
}

Pool::~Pool() {
  if (!engine_->is_owner()) {
    // A child of the host has no dispatcher thread to join and no right to end the workers.
    static_cast<void>(new std::shared_ptr<pool::Engine>{std::move(engine_)});
    return;
  }
  engine_->terminate();
  engine_->join();
}

Job Pool::open(const Call& call) {
  engine_->check_owner();
  auto job = engine_->open(call);
  try {
    return Job{std::make_shared<pool::JobHandle>(engine_, job)};
  } catch (...) {
    engine_->drop(*job);
    throw;
  }
}

Job Pool::submit(const Call& call, const Items& items) {
  Job job = open(call);
  job.push(items);
  job.finish();
  return job;
}

std::vector<Piece> Pool::complete(const Call& call, const Items& items) {
  Job job = open(call);
  const pool::Engine::Attention attention{*engine_};
  job.push(items);
  return job.collect();
}

Pool::SplitOptions Pool::split_options(std::string_view function, MapOptions options) {
  const FunctionInfo mapper = describe(function);
  const FunctionInfo result = describe(function, FunctionKind::result);
  SplitOptions split{.mapper = options, .result = options};
  std::erase_if(split.result.bound, [&](const Bound& bound) { return !result.binds(bound.name); });
  // A name that neither has stays with the mapper, whose complaint lists its parameters.
  std::erase_if(split.mapper.bound,
                [&](const Bound& bound) { return result.binds(bound.name) && !mapper.binds(bound.name); });
  return split;
}

Call Pool::result_call(std::string_view function, const SplitOptions& options, const std::string& item_type,
                       std::string_view result_type) {
  return {.function = std::string{function},
          .kind = FunctionKind::result,
          .bound = options.result.bound,
          .items = native_encoding(item_type),
          .item_signature = item_type,
          .result_signature = std::string{result_type},
          .seed = options.result.seed,
          .timeout = options.result.result_timeout};
}

void Pool::push_results(Job& reduction, const ResultSet& mapped) {
  if (!mapped.contiguous().empty()) {
    return reduction.push({.bytes = mapped.contiguous(), .count = mapped.size()});
  }
  std::vector<std::byte> bytes;
  std::vector<std::uint64_t> offsets{0};
  for (const Piece& piece : mapped.pieces()) {
    const std::uint64_t base = bytes.size();
    bytes.insert(bytes.end(), piece.bytes.begin(), piece.bytes.end());
    for (const std::uint64_t end : piece.ends)
      offsets.push_back(base + end);
  }
  reduction.push({.bytes = bytes, .offsets = offsets, .count = mapped.size()});
}

Allocate Pool::allocator() const {
  return [engine = engine_](std::size_t size) {
    engine->check_owner();
    return engine->allocate(size);
  };
}

std::shared_ptr<void> Pool::allocate_bytes(std::size_t size) { return allocator()(size); }

FunctionInfo Pool::describe(std::string_view function, FunctionKind kind) {
  engine_->check_owner();
  return engine_->describe(function, kind);
}

std::vector<ModuleInfo> Pool::modules() {
  engine_->check_owner();
  return engine_->modules();
}

std::vector<ModuleInfo> Pool::find(const std::string& name) {
  engine_->check_owner();
  return engine_->find(name);
}

unsigned Pool::workers() const {
  engine_->check_owner();
  return engine_->workers();
}
std::vector<int> Pool::worker_pids() const {
  engine_->check_owner();
  return engine_->worker_pids();
}
PoolStatistics Pool::statistics() const {
  engine_->check_owner();
  return engine_->statistics();
}
SandboxReport Pool::sandbox_report() const {
  engine_->check_owner();
  return engine_->sandbox_report();
}
void Pool::resize(unsigned workers) {
  engine_->check_owner();
  engine_->resize(workers);
}
void Pool::close() {
  engine_->check_owner();
  engine_->close();
}
void Pool::terminate() {
  engine_->check_owner();
  engine_->terminate();
}
void Pool::join() {
  engine_->check_owner();
  engine_->join();
}

}  // namespace prong
