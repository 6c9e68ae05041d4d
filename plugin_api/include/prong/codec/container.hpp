// Lists, optionals, maps and `any`.
#pragma once

#include <prong/codec/scalar.hpp>

namespace prong::codec {

template <class List>
void write_list(auto& to, const List& list) {
  using T = typename List::value_type;
  to.array(list.size());
  for (const auto& element : list)
    Codec<T>::write(to, element);
}

// Memory that a list takes because its header says so. The header is a claim: what exceeds this is taken as
// the elements come.
inline constexpr std::size_t claimed_bytes_max = std::size_t{1} << 20;

template <class T, class Allocator>
struct Codec<std::vector<T, Allocator>> {
  static std::vector<T, Allocator> read(Reader& from, const Place& place) {
    const std::uint64_t count = from.next(place, Kind::array).number;
    std::vector<T, Allocator> list;
    // An element has a byte at least.
    list.reserve(std::min<std::uint64_t>({count, from.rest(), claimed_bytes_max / sizeof(T)}));
    Place inner{.expected = signature_v<T>, .around = &place};
    for (; inner.index < count; ++inner.index)
      list.push_back(Codec<T>::read(from, inner));
    return list;
  }
  static void write(auto& to, const std::vector<T, Allocator>& list) { write_list(to, list); }
};

template <class T, std::size_t Count>
struct Codec<std::array<T, Count>> {
  static std::array<T, Count> read(Reader& from, const Place& place) {
    const Token token = from.next(place, Kind::array);
    if (token.number != Count) {
      fail(place, describe_type(place.expected) + " with " + digits_of(Count) + " elements",
           describe_token(token));
    }
    std::array<T, Count> list{};
    Place inner{.expected = signature_v<T>, .around = &place};
    for (; inner.index < Count; ++inner.index)
      list[inner.index] = Codec<T>::read(from, inner);
    return list;
  }
  static void write(auto& to, const std::array<T, Count>& list) { write_list(to, list); }
};

// Written only: nothing would own the elements of one that is read.
template <class T>
struct Codec<std::span<const T>> {
  template <class Never = T>
  static std::span<const T> read(Reader&, const Place&) {
    static_assert(
        !std::same_as<Never, T>,
        "prong: nothing would own the elements of a std::span that is read from a list; use std::vector");
    return {};
  }
  static void write(auto& to, std::span<const T> list) {
    to.array(list.size());
    for (const T& element : list)
      Codec<T>::write(to, element);
  }
};

template <class T>
struct Codec<std::optional<T>> {
  static std::optional<T> read(Reader& from, const Place& place) {
    if (from.try_nil()) return std::nullopt;
    return Codec<T>::read(from, place);
  }
  static void write(auto& to, const std::optional<T>& value) {
    if (value) {
      Codec<T>::write(to, *value);
    } else {
      to.nil();
    }
  }
};

// Of a key that comes twice, the last value counts.
template <class Map>
struct MapCodec {
  using T = typename Map::mapped_type;

  static Map read(Reader& from, const Place& place) {
    const std::uint64_t count = from.next(place, Kind::map).number;
    Map map;
    Place inner{.expected = signature_v<T>, .around = &place, .is_keyed = true};
    for (std::uint64_t i = 0; i < count; ++i) {
      inner.key = from.next_key(place);
      map.insert_or_assign(std::string(inner.key), Codec<T>::read(from, inner));
    }
    return map;
  }
  static void write(auto& to, const Map& map) {
    to.map(map.size());
    for (const auto& [key, value] : map) {
      to.str(key);
      Codec<T>::write(to, value);
    }
  }
};

template <class T, class Compare>
struct Codec<std::map<std::string, T, Compare>> : MapCodec<std::map<std::string, T, Compare>> {};
template <class T, class Hash, class Equal>
struct Codec<std::unordered_map<std::string, T, Hash, Equal>>
    : MapCodec<std::unordered_map<std::string, T, Hash, Equal>> {};

// Arrays and maps inside each other in an `any`: bounds the stack.
inline constexpr unsigned any_depth_max = 128;

inline void skip_any(Reader& from, const Place& place, unsigned depth = 0) {
  const Token token = from.next(place);
  if (token.kind == Kind::ext) fail(place, token);
  if (token.kind != Kind::array && token.kind != Kind::map) return;
  if (depth == any_depth_max) {
    fail(place, "at most " + digits_of(any_depth_max) + " arrays and maps inside each other", "one more");
  }
  Place inner{.expected = place.expected, .around = &place, .is_keyed = token.kind == Kind::map};
  for (; inner.index < token.number; ++inner.index) {
    if (inner.is_keyed) inner.key = from.next_key(place);
    skip_any(from, inner, depth + 1);
  }
}

template <>
struct Codec<Any> {
  static Any read(Reader& from, const Place& place) {
    const Reader start = from;
    skip_any(from, place);
    const std::span<const std::byte> value = start.bytes_until(from);
    return {{value.begin(), value.end()}};
  }

  // Whoever filled it may have made a mistake, and what is written after it must stay readable.
  static void write(auto& to, const Any& any) {
    if (any.msgpack.empty()) return to.nil();
    Reader check{any.msgpack};
    const Place place{.expected = signature_v<Any>};
    skip_any(check, place);
    check.expect_end(place);
    to.value(any.msgpack);
  }
};

}  // namespace prong::codec
