// Calls that wait for their results.
#include "arguments.hpp"
#include "call_form.hpp"
#include "gathered_items.hpp"
#include "guard.hpp"
#include "handles.hpp"
#include "results.hpp"

#include <stdexcept>
#include <utility>

using prong::c::checked;
using prong::c::guard_new;

namespace {

std::unique_ptr<prong_results> complete(prong::Pool& pool, prong::Call call, const prong::Items& items) {
  auto pieces = pool.complete(call, items);
  return std::make_unique<prong_results>(std::move(pieces), std::move(call.function), call.kind);
}

}  // namespace

prong_results* prong_map(prong_pool* pool, const prong_call* call, const prong_items* items,
                         prong_error** error) {
  return guard_new(error, [&] {
    prong::Pool& on = checked(pool, "pool").pool;
    prong::Call read = prong::c::read_call(call);
    const prong::Items all = prong::c::read_items(items, read.items);
    return complete(on, std::move(read), all);
  });
}

prong_results* prong_reduce(prong_pool* pool, const prong_call* call, const prong_results* mapped,
                            prong_error** error) {
  return guard_new(error, [&] {
    prong::Pool& on = checked(pool, "pool").pool;
    const prong_results& results = checked(mapped, "mapped results");
    prong::Call read = prong::c::read_result_call(call);
    read.item_signature = on.describe(results.function(), results.kind()).result;
    read.items = prong::native_encoding(read.item_signature);
    const prong::c::GatheredItems gathered{results, read.items};
    return complete(on, std::move(read), gathered.items());
  });
}

uint32_t prong_native_encoding(const char* signature) {
  try {
    return prong::c::write_encoding(prong::native_encoding(prong::c::read_string(signature, "signature")));
  } catch (...) {
    return 0;
  }
}
