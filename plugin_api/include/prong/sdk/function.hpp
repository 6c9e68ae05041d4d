// The author's function as the SDK sees it, and the sentences for what cannot be a plugin's function.
#pragma once

#include <prong/sdk/names.hpp>
#include <prong/types.hpp>

#include <concepts>
#include <tuple>
#include <utility>

namespace prong::sdk {

// A macro's lambda is `[](auto take) { return take(&::stats::square); }`, called with this: in a template, a
// name that is ambiguous can be asked about without being an error.
struct Take {
  template <class Function>
  constexpr Function operator()(Function function) const {
    return function;
  }
};

// What holds an argument during a call: something that owns the elements of a span, which lie encoded; else
// the parameter's own type. The signature is the same.
template <class T>
struct Held {
  using Type = T;
};
template <class T>
  requires(!std::same_as<T, std::byte>)
struct Held<std::span<const T>> {
  using Type = std::vector<T>;
};

// What is not an ordinary function.
template <class Pointer>
struct Prototype {
  using Result = std::monostate;
  using Parameters = std::tuple<>;
  static constexpr bool is_ordinary = false;
  static constexpr bool takes_values = false;
  static constexpr bool takes_bools = false;
};

template <class R, class... Ps, bool is_noexcept>
struct Prototype<R (*)(Ps...) noexcept(is_noexcept)> {
  using Result = std::conditional_t<std::is_void_v<R>, std::monostate, std::remove_cvref_t<R>>;
  using Parameters = std::tuple<std::remove_cvref_t<Ps>...>;
  static constexpr bool is_ordinary = true;
  static constexpr bool takes_values = (... && (std::is_same_v<Ps, std::remove_reference_t<Ps>> ||
                                                std::is_same_v<Ps, const std::remove_cvref_t<Ps>&>));
  static constexpr bool takes_bools = (... || std::is_same_v<std::remove_cvref_t<Ps>, std::span<const bool>>);
};

// operator() of a class, as if it were an ordinary function.
template <class Pointer>
struct CallPrototype : Prototype<void> {};
template <class Class, class R, class... Ps, bool is_noexcept>
struct CallPrototype<R (Class::*)(Ps...) noexcept(is_noexcept)> : Prototype<R (*)(Ps...)> {};
template <class Class, class R, class... Ps, bool is_noexcept>
struct CallPrototype<R (Class::*)(Ps...) const noexcept(is_noexcept)> : Prototype<R (*)(Ps...)> {};

// Of a class that has one operator().
template <class Class>
struct CallOf : Prototype<void> {};
template <class Class>
  requires requires { &Class::operator(); }
struct CallOf<Class> : CallPrototype<decltype(&Class::operator())> {};

template <class Parameters>
struct HeldAll;
template <class... Ps>
struct HeldAll<std::tuple<Ps...>> {
  using Type = std::tuple<typename Held<Ps>::Type...>;
};

template <class Source>
struct PrototypeOf : Prototype<void> {
  static constexpr bool is_one = false;
};
template <class Source>
  requires std::is_invocable_v<Source, Take>
struct PrototypeOf<Source> : Prototype<std::invoke_result_t<Source, Take>> {
  static constexpr bool is_one = true;
};

// `Export` is what a macro line says, `Source` the lambda with the address of the function.
template <class Export, class Source>
struct Function : PrototypeOf<Source> {
  static constexpr bool has_state = false;
  static constexpr std::size_t arity = std::tuple_size_v<typename PrototypeOf<Source>::Parameters>;
  static constexpr std::size_t named = count_names(Export::names());
};

// What the parameters of every function must be. False when the compiler has said why not: what depends on
// the function is left out then, lest it says more.
template <class F>
consteval bool check_parameters() {
  static_assert(!F::is_ordinary || F::arity > 0, "prong: a function takes at least one parameter");
  static_assert(!F::is_ordinary || F::takes_values, "prong: a parameter is a value or a const reference");
  static_assert(!F::takes_bools,
                "prong: nothing can hold the elements of a std::span<const bool>; use std::vector<bool>");
  return F::is_ordinary && F::arity > 0 && F::takes_values && !F::takes_bools;
}

// What both kinds of a plugin's functions must be.
template <class F>
consteval bool check_function() {
  static_assert(F::is_one,
                "prong: a plugin's function is one function; this name is overloaded or a template");
  static_assert(
      !F::is_one || F::is_ordinary,
      "prong: a plugin's function is an ordinary function; this is a member of a class, a variable, or "
      "has C's `...`");
  return check_parameters<F>();
}

// Calls it; null instead of void.
template <class Callable, class... Arguments>
inline auto call(Callable&& function, Arguments&&... arguments) {
  if constexpr (std::is_void_v<decltype(function(std::forward<Arguments>(arguments)...))>) {
    function(std::forward<Arguments>(arguments)...);
    return std::monostate{};
  } else {
    return function(std::forward<Arguments>(arguments)...);
  }
}

// The author's function as an object whose type says which one it is, so that calls of it are direct.
template <class Source>
struct Direct {
  template <class... Arguments>
  decltype(auto) operator()(Arguments&&... arguments) const {
    return Source{}(Take{})(std::forward<Arguments>(arguments)...);
  }
};
template <class Source>
inline constexpr Direct<Source> direct;

}  // namespace prong::sdk
