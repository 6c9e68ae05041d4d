// Null, bool and the numbers; str and bytes.
#pragma once

#include <prong/codec/reader.hpp>
#include <prong/codec/writer.hpp>
#include <prong/types.hpp>

#include <limits>
#include <utility>

namespace prong::codec {

// How values of a type are read and written:
//   static T read(Reader& from, const Place& place);
//   static void write(auto& writer, const T& value);
// Every type of <prong/types.hpp> specialises it.
template <class T>
struct Codec;

template <>
struct Codec<std::monostate> {
  static std::monostate read(Reader& from, const Place& place) {
    static_cast<void>(from.next(place, Kind::nil));
    return {};
  }
  static void write(auto& to, std::monostate) { to.nil(); }
};

template <>
struct Codec<bool> {
  static bool read(Reader& from, const Place& place) { return from.next(place, Kind::boolean).number != 0; }
  static void write(auto& to, bool value) { to.boolean(value); }
};

template <class T>
  requires std::integral<T> && types::Number<T>
struct Codec<T> {
  static T read(Reader& from, const Place& place) {
    const Token token = from.next(place);
    const bool fits =
        (token.kind == Kind::natural && std::in_range<T>(token.number)) ||
        (token.kind == Kind::negative && std::in_range<T>(static_cast<std::int64_t>(token.number)));
    if (!fits) fail(place, token);
    return static_cast<T>(token.number);
  }
  static void write(auto& to, T value) { to.integer(value); }
};

// Whether a floating-point type holds the integer without loss.
template <std::floating_point T>
[[nodiscard]] constexpr bool holds(std::uint64_t magnitude) {
  return magnitude == 0 || magnitude >> std::countr_zero(magnitude) < std::uint64_t{1}
                                                                          << std::numeric_limits<T>::digits;
}

// Other writers put whole numbers as integers, and what fits a float 32 as such.
template <std::floating_point T>
struct Codec<T> {
  static T read(Reader& from, const Place& place) {
    const Token token = from.next(place);
    if (token.kind == Kind::float32) return static_cast<T>(token.real);
    if (std::same_as<T, double> && token.kind == Kind::float64) return static_cast<T>(token.real);
    if (token.kind == Kind::natural && holds<T>(token.number)) return static_cast<T>(token.number);
    if (token.kind == Kind::negative && holds<T>(0 - token.number)) return -static_cast<T>(0 - token.number);
    fail(place, token);
  }
  static void write(auto& to, T value) { to.real(value); }
};

// A std::string_view or a span points into the bytes that are decoded.
template <class T, Kind kind>
struct BytesCodec {
  static T read(Reader& from, const Place& place) {
    const std::string_view bytes = from.next(place, kind).bytes;
    const auto* first = reinterpret_cast<const typename T::value_type*>(bytes.data());
    return T(first, first + bytes.size());
  }
  static void write(auto& to, const T& value) {
    if constexpr (kind == Kind::str) {
      to.str(value);
    } else {
      to.bin(value);
    }
  }
};

template <>
struct Codec<std::string> : BytesCodec<std::string, Kind::str> {};
template <>
struct Codec<std::string_view> : BytesCodec<std::string_view, Kind::str> {};
template <>
struct Codec<std::vector<std::byte>> : BytesCodec<std::vector<std::byte>, Kind::bin> {};
template <>
struct Codec<std::span<const std::byte>> : BytesCodec<std::span<const std::byte>, Kind::bin> {};

}  // namespace prong::codec
