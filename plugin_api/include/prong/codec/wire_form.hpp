// Reading a value of any type from the bytes that it travels as. MessagePack is there when msgpack-cxx is,
// for the programs that need it.
#pragma once

#include <prong/types.hpp>

#include <cstddef>
#include <span>

#if __has_include(<msgpack/pack.hpp>)
#include <prong/msgpack.hpp>

namespace prong::codec {
inline constexpr bool has_msgpack = true;
}
#else
namespace prong {
// Called by nothing: can_travel() says why.
template <class T>
T decode_msgpack(std::span<const std::byte> bytes);
template <class T>
std::vector<std::byte> encode_msgpack(const T& value);
template <class T, class Buffer>
void encode_msgpack(const T& value, Buffer& to);
}  // namespace prong

namespace prong::codec {
inline constexpr bool has_msgpack = false;
}
#endif

namespace prong::codec {

// Whether this build can read and write values of these types.
template <class... Ts>
consteval bool can_travel() {
  constexpr bool can = has_msgpack || (... && (wire_v<Ts> != Wire::msgpack));
  static_assert(can,
                "prong: values of this type are MessagePack (lists, optionals, maps, any, tuples and structs "
                "with text), which needs msgpack-cxx (Debian: libmsgpack-cxx-dev)");
  return can;
}

// Views in the value point into the bytes. Throws std::invalid_argument, which says where and what, when they
// are no MessagePack of the type. Precondition: bytes of a raw type are raw_size_v<T> at least.
template <class T>
[[nodiscard]] inline T from_wire(std::span<const std::byte> bytes) {
  if constexpr (wire_v<T> == Wire::raw) {
    return load_raw<T>(bytes.data());
  } else if constexpr (wire_v<T> == Wire::msgpack) {
    return decode_msgpack<T>(bytes);
  } else {
    using Unit = std::remove_const_t<typename T::value_type>;
    const auto* first = reinterpret_cast<const Unit*>(bytes.data());
    return T(first, first + bytes.size());
  }
}

}  // namespace prong::codec
