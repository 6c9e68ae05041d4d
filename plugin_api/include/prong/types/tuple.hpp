// Tuples, pairs and parameter lists: several values that lie as the members of a C struct.
#pragma once

#include <prong/types/scalar.hpp>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace prong::types {

[[nodiscard]] constexpr std::size_t round_up(std::size_t size, std::size_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

// The C struct with members of these types in this order.
template <class... Ts>
struct Layout {
  static constexpr std::size_t count = sizeof...(Ts);
  // Without members there is no raw form: a value of size 0 could not be told from none.
  static constexpr Wire wire = count > 0 && (... && (Type<Ts>::wire == Wire::raw)) ? Wire::raw
                                                                                   : Wire::msgpack;
  static constexpr std::size_t alignment = std::max({std::size_t{1}, Type<Ts>::alignment...});

  // The last entry is where the members end.
  static constexpr std::array<std::size_t, count + 1> offsets = [] {
    std::array<std::size_t, count + 1> result{};
    std::size_t index = 0;
    std::size_t end = 0;
    (
        [&] {
          result[index] = round_up(end, Type<Ts>::alignment);
          end = result[index++] + Type<Ts>::size;
        }(),
        ...);
    result[count] = end;
    return result;
  }();
  static constexpr std::size_t size = round_up(offsets[count], alignment);
  static constexpr bool has_padding = size != (Type<Ts>::size + ... + 0);
};

// In what order std::tuple has its members in memory is its library's affair: never the object's own bytes.
template <class Tuple, class... Ts>
struct TupleType {
  using Members = Layout<Ts...>;

  static constexpr Text signature = join(Text{"("}, join_with_commas(Type<Ts>::signature...), Text{")"});
  static constexpr Wire wire = Members::wire;
  static constexpr std::size_t size = Members::size;
  static constexpr std::size_t alignment = Members::alignment;
  static constexpr bool is_identity = false;

  static Tuple load(const std::byte* from) {
    return [from]<std::size_t... I>(std::index_sequence<I...>) {
      return Tuple{Type<Ts>::load(from + Members::offsets[I])...};
    }(std::index_sequence_for<Ts...>{});
  }

  static void store(std::byte* to, const Tuple& value) {
    if constexpr (Members::has_padding) std::memset(to, 0, size);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (Type<Ts>::store(to + Members::offsets[I], std::get<I>(value)), ...);
    }(std::index_sequence_for<Ts...>{});
  }
};

template <class... Ts>
struct Type<std::tuple<Ts...>> : TupleType<std::tuple<Ts...>, Ts...> {};

template <class First, class Second>
struct Type<std::pair<First, Second>> : TupleType<std::pair<First, Second>, First, Second> {};

}  // namespace prong::types
