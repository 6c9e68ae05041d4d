// Runs a result function: one call with all results of a map.
#pragma once

#include <prong/sdk/map.hpp>
#include <prong/sdk/results.hpp>

#include <memory>
#include <span>

namespace prong::sdk {

// All items as one span: over the batch's own memory when its bytes are objects already, else over a copy.
template <class T>
class AllItems {
 public:
  explicit AllItems(const prong_batch& batch) : count_(batch.count) {
    if constexpr (!is_in_place) {
      decoded_ = std::make_unique<T[]>(count_);
      for (std::uint64_t i = 0; i < count_; ++i)
        decoded_[i] = read_item<T>(items_of<T>(batch), i);
    } else {
      in_place_ = static_cast<const T*>(batch.items);
    }
  }

  operator std::span<const T>() const {
    return {decoded_ ? decoded_.get() : in_place_, static_cast<std::size_t>(count_)};
  }

 private:
  static constexpr bool is_in_place = [] {
    if constexpr (Raw<T>) return raw_is_identity_v<T>;
    return false;
  }();

  std::uint64_t count_;
  std::unique_ptr<T[]> decoded_;
  const T* in_place_ = nullptr;
};

// The first parameter of a result function. `All` is made of a batch and converts to it.
template <class Parameters_>
struct Taking {
  static constexpr bool all = false;
  static constexpr bool bound_bools = false;
  using Item = std::monostate;
  using Parameters = Parameters_;
};

template <class All_, class T, class... Bound>
struct TakingAll {
  static constexpr bool all = true;
  static constexpr bool bound_bools = (... || std::same_as<Bound, std::span<const bool>>);
  using Item = T;
  using All = All_;
  using Parameters = std::tuple<std::span<const T>, Bound...>;
  using Arguments = std::tuple<All, typename Held<Bound>::Type...>;
};

template <class T, class... Bound>
struct Taking<std::tuple<std::span<const T>, Bound...>> : TakingAll<AllItems<T>, T, Bound...> {};
template <class T, class... Bound>
struct Taking<std::tuple<Results<T>, Bound...>> : TakingAll<Results<T>, T, Bound...> {};

// Calls `function` with all results of a batch. `Takes` is a Taking; `names` are those of its parameters.
template <class Takes, class Result, class Callable>
void reduce_batch(const prong_batch& batch, std::string_view names, Callable& function) {
  expect_encodings<typename Takes::Item, Result>(batch);
  const typename Takes::All all{batch};
  const auto bound = read_all_bound(batch, names, static_cast<typename Takes::Arguments*>(nullptr));
  write_result<Result>(
      batch, batch.results, 0,
      std::apply([&](const auto&... rest) { return sdk::call(function, all, rest...); }, bound));
}

template <class Export, class Source>
struct ResultFunction : Function<Export, Source> {
  using Base = Function<Export, Source>;
  using typename Base::Result;
  using Takes = Taking<typename Base::Parameters>;
  using Item = typename Takes::Item;
  using Parameters = typename Takes::Parameters;

  static constexpr bool takes_bools = Takes::bound_bools;

  static consteval bool check() {
    constexpr bool is_function = check_function<ResultFunction>();
    static_assert(!is_function || Takes::all,
                  "prong: the first parameter of a result function is std::span<const T> or "
                  "prong::Results<T>, all results of the map");
    constexpr bool is_named = Base::named == Base::arity || (Base::named == 0 && Base::arity == 1);
    static_assert(!is_function || is_named,
                  "prong: PRONG_RESULT names every parameter of its function when some are bound");
    return is_function && Takes::all && is_named;
  }

  static void run(const prong_batch& batch) {
    if constexpr (check() && can_travel<Item, Result>()) {
      reduce_batch<Takes, Result>(batch, Export::names(), direct<Source>);
    }
  }
};

// What is around every reduction: `run` does it, and an exception fails its one result.
template <class Run>
std::int32_t guard_result(const prong_batch& batch, const Run& run) {
  const RunningCall running{batch};
  publish(batch, 0);
  try {
    run();
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (...) {
    fail_with_current_exception(batch, 0, 1);
  }
  publish(batch, batch.count);
  return 0;
}

// What a resultfn:: export does; `F` is a ResultFunction.
template <class F>
std::int32_t run_result(const prong_batch& batch) {
  return guard_result(batch, [&] { F::run(batch); });
}

}  // namespace prong::sdk
