// PRONG_STRUCT: names the fields of a struct, so that its values can travel.
#pragma once

#include <prong/types/for_each.hpp>
#include <prong/types/tuple.hpp>

#include <array>
#include <utility>

// Describes a struct, as in `struct point { double x, y; }; PRONG_STRUCT(point, x, y)`. Stands after the
// struct, in the same namespace, and names all its fields in the order of their declaration.
#define PRONG_STRUCT(type, ...)                                                                          \
  PRONG_OFFSETS_OF_ANY_STRUCT                                                                            \
  consteval auto prong_fields(::prong::types::Of<type>) {                                                \
    return ::prong::types::Fields<type __VA_OPT__(, ) PRONG_FOR_EACH(PRONG_FIELD, type, __VA_ARGS__)>{}; \
  }                                                                                                      \
  PRONG_END_OF_OFFSETS                                                                                   \
  static_assert(::prong::types::Described<type>,                                                         \
                "prong: PRONG_STRUCT(" #type ", ...) stands in the namespace of its struct");            \
  static_assert(decltype(prong_fields(::prong::types::Of<type>{}))::are_complete(),                      \
                "prong: PRONG_STRUCT(" #type ", ...) lists every field, in the order of their declaration");

#define PRONG_FIELD(type, field) ::prong::types::Field<#field, &type::field, __builtin_offsetof(type, field)>

// Promised for standard-layout types only, and right for every struct that PRONG_STRUCT accepts.
#define PRONG_OFFSETS_OF_ANY_STRUCT \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Winvalid-offsetof\"")
#define PRONG_END_OF_OFFSETS _Pragma("GCC diagnostic pop")

namespace prong::types {

// After its PRONG_STRUCT.
template <class T>
concept Described = requires { prong_fields(Of<T>{}); };

template <class Struct, class T>
T type_of_member(T Struct::*);

template <Text field_name, auto field_member, std::size_t field_offset>
struct Field {
  using Value = decltype(type_of_member(field_member));
  static constexpr Text name = field_name;
  static constexpr auto member = field_member;
  static constexpr std::size_t offset = field_offset;  // in the C++ object
};

// Converts to anything: counts how many initialisers an aggregate takes.
struct Anything {
  template <class T>
  operator T() const;
};

template <class Struct, std::size_t... I>
consteval bool takes_initialisers(std::index_sequence<I...>) {
  return requires { Struct{(static_cast<void>(I), Anything{})...}; };
}

template <class Struct, class... Each>
struct Fields {
  using Members = Layout<typename Each::Value...>;

  static constexpr Text signature = join(
      Text{"{"}, join_with_commas(join(Each::name, Text{": "}, Type<typename Each::Value>::signature)...),
      Text{"}"});

  // Where the C++ object has its fields is where the wire has them.
  static constexpr bool offsets_match = [] {
    std::size_t index = 0;
    return (... && (Each::offset == Members::offsets[index++]));
  }();

  // No gap that a field left out would fill, none in another order, and none left over.
  static consteval bool are_complete() {
    std::size_t end = 0;
    const auto follows = [&end](std::size_t offset, std::size_t size, std::size_t alignment) {
      const bool ok = offset == round_up(end, alignment);
      end = offset + size;
      return ok;
    };
    const bool in_order =
        (... && follows(Each::offset, sizeof(typename Each::Value), alignof(typename Each::Value)));
    if (sizeof...(Each) == 0 || !in_order || round_up(end, alignof(Struct)) != sizeof(Struct)) return false;
    if constexpr (!std::is_aggregate_v<Struct>) return true;
    return !takes_initialisers<Struct>(std::make_index_sequence<sizeof...(Each) + 1>{});
  }

  static void load(Struct& value, const std::byte* from) {
    std::size_t index = 0;
    ((value.*Each::member = Type<typename Each::Value>::load(from + Members::offsets[index++])), ...);
  }

  static void store(std::byte* to, const Struct& value) {
    std::size_t index = 0;
    (Type<typename Each::Value>::store(to + Members::offsets[index++], value.*Each::member), ...);
  }

  static constexpr bool each_is_identity = (... && Type<typename Each::Value>::is_identity);
};

template <Described T>
struct Type<T> {
  using Description = decltype(prong_fields(Of<T>{}));
  using Members = typename Description::Members;

  static constexpr Text signature = Description::signature;
  static constexpr Wire wire = Members::wire;
  static constexpr std::size_t size = Members::size;
  static constexpr std::size_t alignment = Members::alignment;
  static constexpr bool is_identity = Description::each_is_identity && Description::offsets_match &&
                                      !Members::has_padding && sizeof(T) == size && alignof(T) == alignment &&
                                      std::is_trivially_copyable_v<T>;

  static T load(const std::byte* from) {
    T value{};
    Description::load(value, from);
    return value;
  }

  static void store(std::byte* to, const T& value) {
    if constexpr (Members::has_padding) std::memset(to, 0, size);
    Description::store(to, value);
  }
};

}  // namespace prong::types
