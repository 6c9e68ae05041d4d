// The public Pool and Job, over the workers of this machine or the nodes of an engine.
#include "api/job_handle.hpp"
#include "client/client.hpp"
#include "pool/engine.hpp"
#include "values/signature.hpp"

#include <prong/error.hpp>
#include <prong/pool.hpp>

#include <string>

namespace prong {

namespace {

// Who gives a key believes that something is sealed.
void check_no_engine(const EngineOptions& options) {
  const char* option = !options.key.empty() ? "key"
                       : options.insecure   ? "insecure"
                       : options.any_build  ? "any_build"
                                            : nullptr;
  if (option == nullptr) return;
  throw UsageError{std::string{"engine."} + option + " is of an engine, and engine.address names none"};
}

std::shared_ptr<pool::Backend> start_workers(std::shared_ptr<const registry::Catalogue> catalogue,
                                             const PoolOptions& options) {
  check_no_engine(options.engine);
  auto engine = std::make_shared<pool::Engine>(std::move(catalogue), options);
  if (!options.initializer) return engine;
  try {
    engine->set_initializer(*options.initializer);
  } catch (...) {
    engine->terminate();
    engine->join();
    throw;
  }
  return engine;
}

}  // namespace

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

void Job::push(const Items& items) { handle_->backend().push(handle_->job(), items); }
void Job::finish() { handle_->backend().finish(handle_->job()); }
std::optional<Piece> Job::next() { return handle_->backend().next(handle_->job(), std::nullopt); }
std::optional<Piece> Job::next_until(std::chrono::steady_clock::time_point deadline) {
  return handle_->backend().next(handle_->job(), deadline);
}
void Job::release(std::uint64_t below) { handle_->backend().release(handle_->job(), below); }
std::shared_ptr<const PluginBuild> Job::build() const { return handle_->job().facts().build; }
std::vector<Piece> Job::collect() { return handle_->backend().collect(handle_->job()); }
void Job::cancel() { handle_->backend().cancel(handle_->job()); }
void Job::drain() { handle_->backend().drain(handle_->job()); }
void Job::cancel(std::uint64_t item) { handle_->backend().cancel(handle_->job(), item); }
JobProgress Job::progress() const { return handle_->backend().progress(handle_->job()); }
bool Job::wait_until(std::chrono::steady_clock::time_point deadline) {
  return handle_->backend().wait_until_over(handle_->job(), deadline);
}
void Job::detach() { handle_->detach(); }
void Job::when_done(std::function<void()> callback) {
  handle_->backend().when_done(handle_->shared_job(), std::move(callback));
}
bool Job::is_in_callback() const { return handle_->backend().is_in_callback(); }

Pool::Pool(const Registry& functions, PoolOptions options)
    : backend_{options.engine.address.empty() ? start_workers(functions.catalogue_, options)
                                              : client::make_client(functions.catalogue_, options)} {}

Pool::~Pool() {
  if (!backend_->is_owner()) {
    // A child of the host has no dispatcher thread to join and no right to end the workers.
    static_cast<void>(new std::shared_ptr<pool::Backend>{std::move(backend_)});
    return;
  }
  backend_->terminate();
  backend_->join();
}

Job Pool::open(const Call& call) {
  backend_->check_owner();
  auto job = backend_->open(call);
  try {
    return Job{std::make_shared<pool::JobHandle>(backend_, job)};
  } catch (...) {
    backend_->drop(*job);
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
  backend_->check_owner();
  const auto job = backend_->open(call);
  const pool::JobHandle handle{backend_, job};
  return backend_->complete(*job, items);
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
  return [backend = backend_](std::size_t size) {
    backend->check_owner();
    return backend->allocate(size);
  };
}

std::shared_ptr<void> Pool::allocate_bytes(std::size_t size) { return allocator()(size); }

FunctionInfo Pool::describe(std::string_view function, FunctionKind kind) {
  backend_->check_owner();
  return backend_->describe(function, kind);
}

std::vector<ModuleInfo> Pool::modules() {
  backend_->check_owner();
  return backend_->modules();
}

std::vector<ModuleInfo> Pool::find(const std::string& name) {
  backend_->check_owner();
  return backend_->find(name);
}

unsigned Pool::workers() const {
  backend_->check_owner();
  return backend_->workers();
}
std::vector<int> Pool::worker_pids() const {
  backend_->check_owner();
  return backend_->worker_pids();
}
PoolStatistics Pool::statistics() const {
  backend_->check_owner();
  return backend_->statistics();
}
SandboxReport Pool::sandbox_report() const {
  backend_->check_owner();
  return backend_->sandbox_report();
}
void Pool::resize(unsigned workers) {
  backend_->check_owner();
  backend_->resize(workers);
}
void Pool::close() {
  backend_->check_owner();
  backend_->close();
}
void Pool::terminate() {
  backend_->check_owner();
  backend_->terminate();
}
void Pool::join() {
  backend_->check_owner();
  backend_->join();
}

}  // namespace prong
