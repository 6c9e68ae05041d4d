// Tuples and pairs, as arrays; described structs, as maps keyed by the names of their fields.
#pragma once

#include <prong/codec/container.hpp>

#include <tuple>
#include <utility>

namespace prong::codec {

template <class Tuple, class... Ts>
struct TupleCodec {
  static Tuple read(Reader& from, const Place& place) {
    const Token token = from.next(place, Kind::array);
    if (token.number != sizeof...(Ts)) fail(place, token);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      // Braces: their parts are evaluated from left to right.
      return Tuple{Codec<Ts>::read(from, {.expected = signature_v<Ts>, .around = &place, .index = I})...};
    }(std::index_sequence_for<Ts...>{});
  }
  static void write(auto& to, const Tuple& tuple) {
    to.array(sizeof...(Ts));
    std::apply([&to](const auto&... element) { (Codec<Ts>::write(to, element), ...); }, tuple);
  }
};

template <class... Ts>
struct Codec<std::tuple<Ts...>> : TupleCodec<std::tuple<Ts...>, Ts...> {};
template <class First, class Second>
struct Codec<std::pair<First, Second>> : TupleCodec<std::pair<First, Second>, First, Second> {};

// A struct is all its fields and no other, in any order, each once.
template <class Fields>
struct FieldsCodec;

template <class Struct, class... Each>
struct FieldsCodec<types::Fields<Struct, Each...>> {
  static constexpr std::array<std::string_view, sizeof...(Each)> names = {Each::name.view()...};

  static Struct read(Reader& from, const Place& place) {
    const std::uint64_t count = from.next(place, Kind::map).number;
    Struct value{};
    std::array<bool, sizeof...(Each)> seen{};
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string_view key = from.next_key(place);
      // Where writers put it.
      std::size_t field = i < names.size() && names[i] == key ? i : find(key);
      if (field == names.size()) fail_field(place, "the unknown field ", key);
      if (std::exchange(seen[field], true)) fail_field(place, "twice the field ", key);
      std::size_t index = 0;
      static_cast<void>((... || (index++ == field && read_field<Each>(from, place, value))));
    }
    const auto missing = static_cast<std::size_t>(std::ranges::find(seen, false) - seen.begin());
    if (missing < names.size()) fail_field(place, "no field ", names[missing]);
    return value;
  }

  static void write(auto& to, const Struct& value) {
    to.map(sizeof...(Each));
    (
        [&] {
          to.str(Each::name.view());
          Codec<typename Each::Value>::write(to, value.*Each::member);
        }(),
        ...);
  }

 private:
  static std::size_t find(std::string_view key) {
    return static_cast<std::size_t>(std::ranges::find(names, key) - names.begin());
  }

  template <class Field>
  static bool read_field(Reader& from, const Place& place, Struct& value) {
    using T = typename Field::Value;
    value.*Field::member = Codec<T>::read(from, {.expected = signature_v<T>,
                                                 .around = &place,
                                                 .index = 0,
                                                 .key = Field::name.view(),
                                                 .is_keyed = true});
    return true;
  }

  [[noreturn, gnu::cold]] static void fail_field(const Place& place, const char* what,
                                                 std::string_view name) {
    fail(place, describe_type(place.expected), what + quote(name));
  }
};

template <types::Described T>
struct Codec<T> : FieldsCodec<typename types::Type<T>::Description> {};

}  // namespace prong::codec
