// Runs a map function over a batch: which values make its arguments.
#pragma once

#include <prong/sdk/bound.hpp>
#include <prong/sdk/function.hpp>
#include <prong/sdk/loop.hpp>

#include <tuple>

namespace prong::sdk {

// What an item is when it supplies every parameter.
template <class Parameters>
struct WholeItem {
  using Type = Parameters;
};
template <class Only>
struct WholeItem<std::tuple<Only>> {
  using Type = Only;
};

template <class Export, class Source>
struct MapFunction : Function<Export, Source> {
  using Base = Function<Export, Source>;
  using typename Base::Parameters;
  using typename Base::Result;
  using Arguments = typename HeldAll<Parameters>::Type;
  using Item = typename WholeItem<Arguments>::Type;

  static consteval bool check() {
    constexpr bool is_function = check_function<Base>();
    static_assert(
        !is_function || Base::named == Base::arity,
        "prong: PRONG_MAP names every parameter of its function, as in PRONG_MAP(stats, power, \"…\", "
        "base, exponent)");
    return is_function && Base::named == Base::arity;
  }

  static void run(const prong_batch& batch, RunningCall& call) {
    if constexpr (check() && can_travel<Item, Result>()) {
      if constexpr (Base::arity > 1) {
        if (batch.bound_count > 0) return run_with_bound(batch, call);
      }
      run_batch<Export::is_pure(), Item, Result>(batch, call, [](Item&& item) {
        if constexpr (Base::arity == 1) {
          return sdk::call(function_v<Source>, std::move(item));
        } else {
          return std::apply(
              [](auto&&... values) { return sdk::call(function_v<Source>, std::move(values)...); },
              std::move(item));
        }
      });
    }
  }

 private:
  static void run_with_bound(const prong_batch& batch, RunningCall& call) {
    using First = std::tuple_element_t<0, Arguments>;
    const auto bound = read_all_bound(batch, Export::names(), static_cast<Arguments*>(nullptr));
    run_batch<Export::is_pure(), First, Result>(batch, call, [&bound](First&& item) {
      return std::apply(
          [&item](const auto&... rest) { return sdk::call(function_v<Source>, std::move(item), rest...); },
          bound);
    });
  }
};

// What a mapfn:: export does; `F` is a MapFunction or a PreparedFunction.
template <class F>
std::int32_t run_map(const prong_batch& batch) {
  RunningCall call{batch};
  try {
    F::run(batch, call);
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (...) {
    fail_with_current_exception(batch, 0, batch.count);
    publish(batch, batch.count);
  }
  return 0;
}

}  // namespace prong::sdk
