// MessagePack: values of every type of <prong/types.hpp> to bytes and back. For plugins and hosts.
//
//   null, an absent optional   nil
//   bool, str, bytes           bool, str, bin
//   i8…u64                     integers in the shortest form; read from any form, when within the range
//   f32, f64                   float 32, float 64; read also from a narrower float and from an integer,
//                              when nothing is lost
//   [T], (T, U)                arrays; a tuple and a std::array read one of their own length only
//   {name: T}                  a map with exactly the fields' names as keys; read in any order
//   {*: T}                     a map
//   any                        as it is; an empty prong::Any is nil. No ext types
#pragma once

#include <prong/codec/struct.hpp>

namespace prong {

// Appends one value to a std::vector<std::byte>, a std::string, or what is like them. Throws
// std::length_error when a part is larger than MessagePack can tell (4 GiB), and std::invalid_argument when a
// prong::Any holds something else than one value.
template <class T, class Buffer>
void encode_msgpack(const T& value, Buffer& to) {
  codec::Writer<Buffer> writer{to};
  codec::Codec<T>::write(writer, value);
}

template <class T>
[[nodiscard]] std::vector<std::byte> encode_msgpack(const T& value) {
  std::vector<std::byte> encoded;
  encoded.reserve(64);  // most values are small, and g++ 12 warns falsely of insertions into no memory
  encode_msgpack(value, encoded);
  return encoded;
}

// The one value that the bytes are. Views (std::string_view, std::span<const std::byte>) in it point into the
// bytes. Throws std::invalid_argument, "expected i8 (-128 to 127) at $[1].x, found 300", whatever the bytes
// are; takes memory in proportion to them.
template <class T>
[[nodiscard]] T decode_msgpack(std::span<const std::byte> bytes) {
  codec::Reader reader{bytes};
  const codec::Place place{.expected = signature_v<T>};
  T value = codec::Codec<T>::read(reader, place);
  reader.expect_end(place);
  return value;
}

}  // namespace prong
