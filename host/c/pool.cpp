// The pool of the C interface: its options, its life and its memory.
#include "arguments.hpp"
#include "grown_struct.hpp"
#include "guard.hpp"
#include "handles.hpp"

#include <prong/c/pool.h>

#include <chrono>
#include <optional>
#include <utility>

using prong::c::checked;
using prong::c::guard;
using prong::c::guard_new;

namespace {

using prong::c::read_optional_string;

// 0 says nothing.
template <class T>
std::optional<T> unless_zero(std::uint64_t number) {
  return number == 0 ? std::nullopt : std::optional<T>{T(number)};
}

// More than the type can count is its most, which is for ever.
std::chrono::milliseconds milliseconds(std::uint64_t count) {
  return std::chrono::milliseconds{std::min<std::uint64_t>(count, INT64_MAX)};
}
std::optional<std::chrono::milliseconds> optional_milliseconds(std::uint64_t count) {
  return count == 0 ? std::nullopt : std::optional{milliseconds(count)};
}

prong::StartMethod start_method(std::uint32_t given) {
  switch (given) {
    case PRONG_START_AUTOMATIC:
      return prong::StartMethod::automatic;
    case PRONG_START_EXEC:
      return prong::StartMethod::exec;
    case PRONG_START_FORK:
      return prong::StartMethod::fork;
    default:
      throw prong::UsageError{std::to_string(given) + " is no start method: see enum prong_start_method"};
  }
}

prong::Sandbox sandbox(std::uint32_t given) {
  switch (given) {
    case PRONG_SANDBOX_NONE:
      return prong::Sandbox::none;
    case PRONG_SANDBOX_LIMITS:
      return prong::Sandbox::limits;
    case PRONG_SANDBOX_STRICT:
      return prong::Sandbox::strict;
    default:
      throw prong::UsageError{std::to_string(given) + " is no level of sandbox: see enum prong_sandbox"};
  }
}

std::optional<prong::Initializer> initializer(const prong_pool_options& given) {
  if (given.initializer == nullptr && given.initializer_item == nullptr) return {};
  return prong::Initializer{
      .function = prong::c::read_string(given.initializer, "initializer"),
      .item = prong::c::read_argument(checked(given.initializer_item, "initializer's item"))};
}

prong::EngineOptions engine(const prong_pool_options& given) {
  if (given.engine_key != nullptr && *given.engine_key == '\0')
    throw prong::UsageError{"engine_key: which file? its name is empty; NULL means that there is no key"};
  prong::EngineOptions read{.address = read_optional_string(given.engine),
                            .key = read_optional_string(given.engine_key),
                            .insecure = given.engine_insecure != 0,
                            .any_build = given.engine_any_build != 0};
  if (given.engine_patience_ms != 0) read.patience = milliseconds(given.engine_patience_ms);
  return read;
}

prong::PoolOptions read_options(const prong_pool_options* options) {
  const auto given = prong::c::read_optional_struct(options, "prong_pool_options");
  prong::PoolOptions read{
      .workers = given.workers,
      .initializer = initializer(given),
      .max_tasks_per_child = unless_zero<std::uint64_t>(given.max_tasks_per_child),
      .max_memory_per_child = unless_zero<std::size_t>(given.max_memory_per_child),
      .idle_timeout = optional_milliseconds(given.idle_timeout_ms),
      .zygote = read_optional_string(given.zygote),
      .start_method = start_method(given.start_method),
      .allow_fork_with_threads = given.allow_fork_with_threads != 0,
      .core_directory = read_optional_string(given.core_directory),
      .sandbox = sandbox(given.sandbox),
      .memory_limit = unless_zero<std::size_t>(given.memory_limit),
      .processor_limit = optional_milliseconds(given.processor_limit_ms),
      .descriptor_limit = unless_zero<unsigned>(given.descriptor_limit),
      .allow_read = prong::c::read_paths(given.allow_read, given.allow_read_count, "allow_read"),
      .engine = engine(given)};
  if (given.load_timeout_ms != 0) read.load_timeout = milliseconds(given.load_timeout_ms);
  return read;
}

}  // namespace

prong_pool* prong_pool_new(const prong_registry* registry, const prong_pool_options* options,
                           prong_error** error) {
  return guard_new(error, [&] {
    const prong::Registry& functions = checked(registry, "registry").registry;
    // A pool does not move.
    return std::unique_ptr<prong_pool>{new prong_pool{prong::Pool{functions, read_options(options)}}};
  });
}

void prong_pool_free(prong_pool* pool) { delete pool; }

prong_status prong_pool_close(prong_pool* pool, prong_error** error) {
  return guard(error, [&] { checked(pool, "pool").pool.close(); });
}

prong_status prong_pool_terminate(prong_pool* pool, prong_error** error) {
  return guard(error, [&] { checked(pool, "pool").pool.terminate(); });
}

prong_status prong_pool_join(prong_pool* pool, prong_error** error) {
  return guard(error, [&] { checked(pool, "pool").pool.join(); });
}

prong_status prong_pool_resize(prong_pool* pool, uint32_t workers, prong_error** error) {
  return guard(error, [&] { checked(pool, "pool").pool.resize(workers); });
}

prong_memory* prong_pool_allocate(prong_pool* pool, uint64_t size, prong_error** error) {
  return guard_new(error, [&] {
    return std::make_unique<prong_memory>(prong_memory{checked(pool, "pool").pool.allocate_bytes(size)});
  });
}

void* prong_memory_data(const prong_memory* memory) { return memory->memory.get(); }
void prong_memory_free(prong_memory* memory) { delete memory; }
