// Runs a map function that is a class: made of the bound arguments once per worker and job, called for each
// item.
#pragma once

#include <prong/sdk/map.hpp>

#include <optional>

namespace prong::sdk {

// What PRONG_MAP_CLASS names: a constructor, as `Search(std::string, bool)`; a class alone, as `Counter()`.
template <class Named>
struct Constructor : Constructor<Named()> {};
template <class Class_, class... Ps>
struct Constructor<Class_(Ps...)> : Prototype<void (*)(Ps...)> {
  using Class = Class_;
};

template <class First, class Rest>
struct Prepended;
template <class... First, class... Rest>
struct Prepended<std::tuple<First...>, std::tuple<Rest...>> {
  using Type = std::tuple<First..., Rest...>;
};

template <class Class, class Arguments>
inline constexpr bool is_constructible_v = false;
template <class Class, class... Arguments>
inline constexpr bool is_constructible_v<Class, std::tuple<Arguments...>> =
    std::is_constructible_v<Class, const Arguments&...>;

// `Source` is std::type_identity of what the macro line names.
template <class Export, class Source>
struct PreparedFunction {
  using Made = Constructor<typename Source::type>;
  using Class = typename Made::Class;
  using Call = CallOf<Class>;
  using Result = typename Call::Result;
  using Parameters = typename Prepended<typename Call::Parameters, typename Made::Parameters>::Type;
  using Arguments = typename HeldAll<Parameters>::Type;
  using MadeOf = typename HeldAll<typename Made::Parameters>::Type;

  static constexpr bool has_state = true;
  static constexpr std::size_t arity = std::tuple_size_v<Parameters>;
  static constexpr bool is_called_with_item =
      Call::is_ordinary && std::tuple_size_v<typename Call::Parameters> == 1;
  static constexpr bool takes_values = Call::takes_values && Made::takes_values;
  static constexpr bool takes_bools = Call::takes_bools || Made::takes_bools;

  static consteval bool check() {
    constexpr bool is_made = is_constructible_v<Class, MadeOf>;
    constexpr bool is_named = count_names(Export::names()) == arity;
    static_assert(
        is_called_with_item,
        "prong: PRONG_MAP_CLASS takes a class with one operator(), whose one parameter is the item");
    static_assert(!is_called_with_item || takes_values, "prong: a parameter is a value or a const reference");
    static_assert(!takes_bools,
                  "prong: nothing can hold the elements of a std::span<const bool>; use std::vector<bool>");
    static_assert(is_made,
                  "prong: the class has no such constructor; PRONG_MAP_CLASS names it by its parameters' "
                  "types, as in Search(std::string, bool)");
    static_assert(!is_called_with_item || !is_made || is_named,
                  "prong: PRONG_MAP_CLASS names the item, then every parameter of the constructor");
    return is_called_with_item && takes_values && !takes_bools && is_made && is_named;
  }

  static void run(const prong_batch& batch, RunningCall& call) {
    if constexpr (check() && can_travel<typename WholeItem<Arguments>::Type, Result>()) {
      if constexpr (arity > 1) {
        if (batch.bound_count == 0) return run_with_whole_items(batch, call);
      }
      using Item = std::tuple_element_t<0, Arguments>;
      Class& object = prepare(batch);
      run_batch<Export::is_pure(), Item, Result>(
          batch, call, [&object](Item&& item) { return sdk::call(object, std::move(item)); });
    }
  }

 private:
  // The job's object in this worker. What its constructor throws fails every item of the batch; the next
  // batch tries again, as what was missing may be there then.
  static Class& prepare(const prong_batch& batch) {
    if (!batch.state->object) {
      publish(batch, 0);  // a death in the constructor is item 0's
      batch.state->object =
          std::apply([](const auto&... bound) { return new Class(bound...); },
                     read_all_bound(batch, Export::names(), static_cast<Arguments*>(nullptr)));
      batch.state->destroy = [](void* object) { delete static_cast<Class*>(object); };
    }
    return *static_cast<Class*>(batch.state->object);
  }

  // Nothing is bound: every item brings the constructor's arguments too, and has an object of its own. It
  // lives until the next item, as the result may point into it.
  static void run_with_whole_items(const prong_batch& batch, RunningCall& call) {
    std::optional<Class> object;
    run_batch<Export::is_pure(), Arguments, Result>(batch, call, [&object](Arguments&& item) {
      return std::apply(
          [&object](auto&& first, const auto&... rest) {
            return sdk::call(object.emplace(rest...), std::move(first));
          },
          std::move(item));
    });
  }
};

}  // namespace prong::sdk
