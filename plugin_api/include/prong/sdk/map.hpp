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

// Runs `function` over a batch: an item is the first argument when the others are bound, else all of them.
// `Arguments` hold what its parameters take; `names` are those of its parameters.
template <bool is_pure, class Arguments, class Result, class Callable>
void map_batch(const prong_batch& batch, RunningCall& running, std::string_view names, Callable& function) {
  constexpr bool is_one = std::tuple_size_v<Arguments> == 1;
  if constexpr (!is_one) {
    if (batch.bound_count > 0) {
      using First = std::tuple_element_t<0, Arguments>;
      const auto bound = read_all_bound(batch, names, static_cast<Arguments*>(nullptr));
      return run_batch<is_pure, First, Result>(batch, running, [&bound, &function](First&& item) {
        return std::apply([&](const auto&... rest) { return sdk::call(function, std::move(item), rest...); },
                          bound);
      });
    }
  }
  using Item = typename WholeItem<Arguments>::Type;
  run_batch<is_pure, Item, Result>(batch, running, [&function](Item&& item) {
    if constexpr (is_one) {
      return sdk::call(function, std::move(item));
    } else {
      return std::apply([&](auto&&... values) { return sdk::call(function, std::move(values)...); },
                        std::move(item));
    }
  });
}

template <class Export, class Source>
struct MapFunction : Function<Export, Source> {
  using Base = Function<Export, Source>;
  using typename Base::Parameters;
  using typename Base::Result;
  using Arguments = typename HeldAll<Parameters>::Type;

  static consteval bool check() {
    constexpr bool is_function = check_function<Base>();
    static_assert(
        !is_function || Base::named == Base::arity,
        "prong: PRONG_MAP names every parameter of its function, as in PRONG_MAP(stats, power, \"…\", "
        "base, exponent)");
    return is_function && Base::named == Base::arity;
  }

  static void run(const prong_batch& batch, RunningCall& running) {
    if constexpr (check() && can_travel<typename WholeItem<Arguments>::Type, Result>()) {
      map_batch<Export::is_pure(), Arguments, Result>(batch, running, Export::names(), direct<Source>);
    }
  }
};

// What is around every map: `run` does it, and an exception of its own fails all items.
template <class Run>
std::int32_t guard_map(const prong_batch& batch, const Run& run) {
  RunningCall running{batch};
  try {
    run(running);
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (...) {
    fail_with_current_exception(batch, 0, batch.count);
    publish(batch, batch.count);
  }
  return 0;
}

// What a mapfn:: export does; `F` is a MapFunction or a PreparedFunction.
template <class F>
std::int32_t run_map(const prong_batch& batch) {
  return guard_map(batch, [&](RunningCall& running) { F::run(batch, running); });
}

}  // namespace prong::sdk
