// Writes MessagePack: integers and sizes in the shortest form, floating-point numbers in that of their type.
#pragma once

#if !__has_include(<msgpack/pack.hpp>)
#error "prong: <prong/msgpack.hpp> needs msgpack-cxx (Debian: libmsgpack-cxx-dev)"
#endif

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#ifndef MSGPACK_NO_BOOST
#define MSGPACK_NO_BOOST
#endif
#include <msgpack/pack.hpp>

namespace prong::codec {

// Appends to a std::vector<std::byte>, a std::string, or what is like them.
template <class Buffer>
class Writer {
 public:
  explicit Writer(Buffer& to) : to_(to), packer_(*this) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void nil() { packer_.pack_nil(); }
  void boolean(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }

  template <std::integral T>
  void integer(T value) {
    if constexpr (std::is_signed_v<T>) {
      packer_.pack_int64(value);
    } else {
      packer_.pack_uint64(value);
    }
  }

  // Not msgpack-cxx's pack_double, which writes 2.0 as the integer 2 and loses the sign of -0.0.
  void real(float value) { big_endian('\xca', std::bit_cast<std::uint32_t>(value)); }
  void real(double value) { big_endian('\xcb', std::bit_cast<std::uint64_t>(value)); }

  void str(std::string_view text) {
    packer_.pack_str(size32(text.size()));
    write(text.data(), text.size());
  }
  void bin(std::span<const std::byte> bytes) {
    packer_.pack_bin(size32(bytes.size()));
    value(bytes);
  }

  // The header of what is written next.
  void array(std::size_t count) { packer_.pack_array(size32(count)); }
  void map(std::size_t count) { packer_.pack_map(size32(count)); }

  // One value that is MessagePack already.
  void value(std::span<const std::byte> msgpack) {
    write(reinterpret_cast<const char*>(msgpack.data()), msgpack.size());
  }

  // For the packer.
  void write(const char* bytes, std::size_t size) {
    const auto* first = reinterpret_cast<const typename Buffer::value_type*>(bytes);
    to_.insert(to_.end(), first, first + size);
  }

 private:
  static std::uint32_t size32(std::size_t size) {
    if (size <= std::numeric_limits<std::uint32_t>::max()) return static_cast<std::uint32_t>(size);
    throw std::length_error(
        "prong: MessagePack holds at most 4294967295 bytes or elements in one value, not " +
        std::to_string(size));
  }

  template <class Bits>
  void big_endian(char code, Bits bits) {
    char form[1 + sizeof(Bits)] = {code};
    for (std::size_t i = sizeof(Bits); i > 0; bits >>= 8)
      form[i--] = static_cast<char>(bits & 0xff);
    write(form, sizeof form);
  }

  Buffer& to_;
  msgpack::packer<Writer> packer_;
};

}  // namespace prong::codec
