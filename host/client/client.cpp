// Which options go together with an engine.
#include "client/client.hpp"

#include "client/client_pool.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace prong::client {

namespace {

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
  same(options.load_timeout == usual.load_timeout, "load_timeout");
  same(options.zygote.empty(), "zygote");
  same(options.start_method != StartMethod::fork, "start_method");
  same(!options.allow_fork_with_threads, "allow_fork_with_threads");
  same(options.core_directory.empty(), "core_directory");
  same(options.sandbox == Sandbox::none, "sandbox");
  same(!options.memory_limit, "memory_limit");
  same(!options.processor_limit, "processor_limit");
  same(!options.descriptor_limit, "descriptor_limit");
  same(options.allow_read.empty(), "allow_read");
}

}  // namespace

std::shared_ptr<pool::Backend> make_client(std::shared_ptr<const registry::Catalogue> catalogue,
                                           const PoolOptions& options) {
  check_options(options);
  return std::make_shared<ClientPool>(std::move(catalogue), options.engine);
}

}  // namespace prong::client
