// What a pool tells of itself, as structs of C: each report owns what its pointers point to.
#include "guard.hpp"
#include "handles.hpp"

#include <prong/c/pool_report.h>

#include <memory>
#include <utility>
#include <vector>

using prong::c::checked;
using prong::c::guard_new;

namespace {

template <class T>
std::vector<const T*> pointers_to(const std::vector<T>& values) {
  std::vector<const T*> pointers;
  for (const T& value : values)
    pointers.push_back(&value);
  return pointers;
}

struct Statistics : prong_pool_statistics {
  std::vector<prong_worker_statistics> each;
  std::vector<const prong_worker_statistics*> pointers;
};

struct SandboxLayers : prong_sandbox_report {
  prong::SandboxReport source;
  std::vector<prong_sandbox_layer> each;
  std::vector<const prong_sandbox_layer*> pointers;
};

}  // namespace

prong_pool_statistics* prong_pool_get_statistics(const prong_pool* pool, prong_error** error) {
  return guard_new(error, [&]() -> std::unique_ptr<prong_pool_statistics, void (*)(prong_pool_statistics*)> {
    const prong::Pool& of = checked(pool, "pool").pool;
    const prong::PoolStatistics source = of.statistics();
    auto made = std::make_unique<Statistics>();
    for (const prong::WorkerStatistics& worker : source.workers) {
      made->each.push_back({.struct_size = sizeof(prong_worker_statistics),
                            .pid = worker.pid,
                            .items = worker.items,
                            .busy_ns = static_cast<std::uint64_t>(worker.busy.count())});
    }
    made->pointers = pointers_to(made->each);
    static_cast<prong_pool_statistics&>(*made) = {.struct_size = sizeof(prong_pool_statistics),
                                                  .workers_wanted = of.workers(),
                                                  .items = source.items,
                                                  .failures = source.failures,
                                                  .respawns = source.respawns,
                                                  .worker_count = made->each.size(),
                                                  .workers = made->pointers.data()};
    return {made.release(), &prong_pool_statistics_free};
  });
}

void prong_pool_statistics_free(prong_pool_statistics* statistics) {
  delete static_cast<Statistics*>(statistics);
}

prong_sandbox_report* prong_pool_get_sandbox_report(const prong_pool* pool, prong_error** error) {
  return guard_new(error, [&]() -> std::unique_ptr<prong_sandbox_report, void (*)(prong_sandbox_report*)> {
    auto made = std::make_unique<SandboxLayers>();
    made->source = checked(pool, "pool").pool.sandbox_report();
    for (const prong::SandboxLayer& layer : made->source.layers) {
      made->each.push_back({.struct_size = sizeof(prong_sandbox_layer),
                            .in_force = layer.in_force,
                            .name = layer.name.c_str(),
                            .detail = layer.detail.c_str()});
    }
    made->pointers = pointers_to(made->each);
    static_cast<prong_sandbox_report&>(*made) = {.struct_size = sizeof(prong_sandbox_report),
                                                 .level = static_cast<std::uint32_t>(made->source.level),
                                                 .layer_count = made->each.size(),
                                                 .layers = made->pointers.data()};
    return {made.release(), &prong_sandbox_report_free};
  });
}

void prong_sandbox_report_free(prong_sandbox_report* report) { delete static_cast<SandboxLayers*>(report); }
