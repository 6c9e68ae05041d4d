// Registry::define and its relatives: from a callable to a function that workers run. Included by
// <prong/registry.hpp>.
#pragma once

#include <prong/registry.hpp>
#include <prong/sdk/map.hpp>
#include <prong/sdk/result.hpp>

#include <memory>
#include <type_traits>

namespace prong {

// All results of a map, decoded as they are read: the first parameter of a result function whose results lie
// not side by side as objects, or are too many to be decoded at once. A value; valid during the call.
template <class T>
using AllResults = sdk::Results<T>;

namespace detail {

// A callable as the SDK sees a plugin's function.
template <class Callable>
struct Definition : sdk::CallOf<Callable> {};
template <class R, class... Ps, bool is_noexcept>
struct Definition<R (*)(Ps...) noexcept(is_noexcept)> : sdk::Prototype<R (*)(Ps...)> {};

template <class Callable>
struct Defined : Definition<Callable> {
  using typename Definition<Callable>::Parameters;
  static constexpr std::size_t arity = std::tuple_size_v<Parameters>;

  static consteval bool check_callable() {
    static_assert(
        Defined::is_ordinary,
        "prong: define takes a function or an object with one operator() that is no template, nor has auto");
    return Defined::is_ordinary;
  }
};

template <class Callable>
struct DefinedMap : Defined<Callable> {
  using Base = Defined<Callable>;
  using typename Base::Parameters;
  using typename Base::Result;
  using Arguments = typename sdk::HeldAll<Parameters>::Type;
  static constexpr FunctionKind kind = FunctionKind::map;

  static consteval bool check() {
    if constexpr (Base::check_callable() && sdk::check_parameters<Base>()) {
      return sdk::can_travel<typename sdk::WholeItem<Arguments>::Type, Result>();
    }
    return false;
  }

  static std::int32_t run(const prong_batch& batch, std::string_view names, bool pure, Callable& callable) {
    return sdk::guard_map(batch, [&](sdk::RunningCall& running) {
      if (pure) return sdk::map_batch<true, Arguments, Result>(batch, running, names, callable);
      sdk::map_batch<false, Arguments, Result>(batch, running, names, callable);
    });
  }
};

template <class Callable>
struct DefinedResult : Defined<Callable> {
  using Base = Defined<Callable>;
  using typename Base::Result;
  using Takes = sdk::Taking<typename Base::Parameters>;
  using Parameters = typename Takes::Parameters;
  static constexpr FunctionKind kind = FunctionKind::result;
  static constexpr bool takes_bools = Takes::bound_bools;

  static consteval bool check() {
    if constexpr (Base::check_callable() && sdk::check_parameters<DefinedResult>()) {
      static_assert(Takes::all,
                    "prong: the first parameter of a result function is std::span<const T> or "
                    "prong::AllResults<T>, all results of the map");
      return Takes::all && sdk::can_travel<typename Takes::Item, Result>();
    }
    return false;
  }

  static std::int32_t run(const prong_batch& batch, std::string_view names, bool /*pure*/,
                          Callable& callable) {
    return sdk::guard_result(batch, [&] { sdk::reduce_batch<Takes, Result>(batch, names, callable); });
  }
};

template <class... Ps>
std::vector<Parameter> parameters_of(std::tuple<Ps...>* /*types*/) {
  return {{.name = {}, .type = std::string{signature_v<Ps>}}...};
}

// `Made` is a DefinedMap or a DefinedResult. The callable is shared by copies of the function, and used by
// workers only: each has the copy that its process was forked with.
template <class Made, class F>
DynamicFunction define(std::string name, F&& callable, DefineOptions options) {
  DynamicFunction made;
  if constexpr (Made::check()) {
    made.info.kind = Made::kind;
    made.info.name = std::move(name);
    made.info.parameters = parameters_of(static_cast<typename Made::Parameters*>(nullptr));
    made.info.result = signature_v<typename Made::Result>;
    const std::string names = complete(made.info, std::move(options));
    made.run = [names, pure = made.info.pure,
                shared = std::make_shared<std::decay_t<F>>(std::forward<F>(callable))](
                   const prong_batch& batch) { return Made::run(batch, names, pure, *shared); };
  }
  return made;
}

template <class F>
DynamicFunction define_map(std::string name, F&& callable, DefineOptions options) {
  return define<DefinedMap<std::decay_t<F>>>(std::move(name), std::forward<F>(callable), std::move(options));
}
template <class F>
DynamicFunction define_result(std::string name, F&& callable, DefineOptions options) {
  return define<DefinedResult<std::decay_t<F>>>(std::move(name), std::forward<F>(callable),
                                                std::move(options));
}

}  // namespace detail

template <class F>
void Registry::define(std::string name, F&& callable, DefineOptions options) {
  add(detail::define_map(std::move(name), std::forward<F>(callable), std::move(options)));
}

template <class F>
void Registry::define_result(std::string name, F&& callable, DefineOptions options) {
  add(detail::define_result(std::move(name), std::forward<F>(callable), std::move(options)));
}

template <auto pointer, class Pointer, class MakeMapper, class MakeResult>
std::string Registry::make_context_functions(NamedFunction<pointer, Pointer> named, MakeMapper&& make_mapper,
                                             MakeResult&& make_result) {
  using Named = NamedFunction<pointer, Pointer>;
  static_assert(
      Named::is_ordinary,
      "prong: context functions are made of an ordinary function, as prong::function<&stats::square>");
  static_assert(!Named::is_ordinary || Named::has_path,
                "prong: no path names what is anonymous or local, an operator, a lambda or of a template");
  if constexpr (Named::has_path) {
    return add_context(Named::path, Named::parameters(), detail::define_map({}, make_mapper(named), {}),
                       detail::define_result({}, make_result(named), {}));
  }
  return {};
}

}  // namespace prong
