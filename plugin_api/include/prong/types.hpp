// C++ types as Prong sees them: a signature, a way to travel, for raw types a layout. For plugins and hosts.
//
//   null            void, std::monostate
//   bool i8…u64     bool; the integers, by their size
//   f32 f64         float, double
//   str             std::string, std::string_view
//   bytes           std::vector or std::span<const> of std::byte
//   (T, U)          std::tuple, std::pair
//   {name: T}       a struct that PRONG_STRUCT describes
//   [T]             std::vector, std::array, std::span<const T>
//   T?              std::optional
//   {*: T}          std::map, std::unordered_map, from std::string
//   any             prong::Any
//
// Everything else is a compile error that is one sentence. Constness and references do not matter.
#pragma once

#include <prong/types/borrows.hpp>
#include <prong/types/container.hpp>
#include <prong/types/scalar.hpp>
#include <prong/types/struct.hpp>
#include <prong/types/tuple.hpp>

namespace prong {

template <class T>
using TypeOf = types::Type<std::remove_cvref_t<T>>;

// As "f64" or "(str, {x: f64, y: f64})". Types with equal signatures are equal on the wire.
template <class T>
inline constexpr std::string_view signature_v = TypeOf<T>::signature.view();

// Built from fixed-size scalars only: raw. Exactly one str or bytes: views. Else msgpack.
template <class T>
inline constexpr Wire wire_v = TypeOf<T>::wire;

// A std::string_view or std::span is part of it: values of the type last as long as the bytes that they were
// read from.
template <class T>
inline constexpr bool borrows_v = types::Borrows<std::remove_cvref_t<T>>::value;

template <class T>
concept Raw = wire_v<T> == Wire::raw;

// Bytes of one raw value, as C's sizeof: padding at its end is part of it. Never 0; null is one zero byte.
template <Raw T>
inline constexpr std::size_t raw_size_v = TypeOf<T>::size;

// Of a scalar: its size, on every machine; else the largest of its members. At most 8.
template <Raw T>
inline constexpr std::size_t raw_alignment_v = TypeOf<T>::alignment;

// Bytes from one value of an array to the next.
template <Raw T>
inline constexpr std::size_t raw_stride_v = types::round_up(raw_size_v<T>, raw_alignment_v<T>);

// The bytes of the C++ object are the bytes on the wire, so an array of one is an array of the other. False
// for whatever contains a bool (a byte of 2 is true on the wire), has padding, or is a tuple.
template <Raw T>
inline constexpr bool raw_is_identity_v = TypeOf<T>::is_identity;

// `from` need not be aligned.
template <Raw T>
[[nodiscard]] inline T load_raw(const std::byte* from) {
  return TypeOf<T>::load(from);
}

// Writes raw_size_v<T> bytes, padding as zero. `to` need not be aligned.
template <Raw T>
inline void store_raw(std::byte* to, const T& value) {
  TypeOf<T>::store(to, value);
}

}  // namespace prong
