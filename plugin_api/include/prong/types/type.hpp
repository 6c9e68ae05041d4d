// What Prong knows of a C++ type: its signature, how it travels, its raw layout. Every type specialises Type.
#pragma once

#include <prong/types/text.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace prong {

// How values of a type travel; the C ABI's `prong_encoding`.
enum class Wire {
  raw,     // fixed size, as a C struct of scalars
  views,   // the bytes of one str or bytes
  msgpack  // one MessagePack value
};

}  // namespace prong

namespace prong::types {

// PRONG_STRUCT writes `prong_fields(Of<point>)`, which argument-dependent lookup finds.
template <class T>
struct Of {};

// What a type that does not travel as raw answers to questions about its layout.
struct NotRaw {
  static constexpr std::size_t size = 0;
  static constexpr std::size_t alignment = 1;
  static constexpr bool is_identity = false;
};

struct AsViews : NotRaw {
  static constexpr Wire wire = Wire::views;
};

struct AsMsgpack : NotRaw {
  static constexpr Wire wire = Wire::msgpack;
};

template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class T>
concept Number = (std::integral<T> && !Character<T> && !std::same_as<T, bool> && sizeof(T) <= 8) ||
                 std::same_as<T, float> || std::same_as<T, double>;

// Why a type has no signature, as a sentence from the compiler.
template <class T>
consteval auto refuse() {
  constexpr bool is_other =
      !std::is_pointer_v<T> && !Character<T> && !std::same_as<T, long double> && !std::is_enum_v<T>;
  static_assert(!std::is_pointer_v<T>,
                "prong: a pointer cannot travel to another process; pass a value, std::string or std::span");
  static_assert(!Character<T>,
                "prong: character types have no signature; use std::int8_t, std::uint8_t or std::string");
  static_assert(!std::same_as<T, long double>,
                "prong: long double has no signature, its layout differs between machines; use double");
  static_assert(!std::is_enum_v<T>, "prong: an enumeration has no signature; use its underlying integer");
  static_assert(!is_other,
                "prong: this type has no signature; describe a struct with PRONG_STRUCT(type, fields...)");
  return Text{"?"};
}

// What Prong does not take ends here. The members keep the compiler from adding sentences of its own.
template <class T>
struct Type : NotRaw {
  static constexpr Text signature = refuse<T>();
  static constexpr Wire wire = Wire::raw;
  static T load(const std::byte* from);
  static void store(std::byte* to, const T& value);
};

}  // namespace prong::types
