// Headers by msgpack-cxx, floats by hand: it writes integral ones as integers.
#include "values/msgpack_writer.hpp"

#include <msgpack/pack.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

namespace prong::values {
namespace {

struct Appender {
  std::string& out;
  void write(const char* bytes, std::size_t size) { out.append(bytes, size); }
};

using Packer = msgpack::packer<Appender>;

template <class Float>
void append_float(char code, const std::byte* at, std::string& out) {
  std::byte big_endian[sizeof(Float)];
  for (std::size_t i = 0; i < sizeof(Float); ++i) {
    const bool swap = std::endian::native == std::endian::little;
    big_endian[i] = at[swap ? sizeof(Float) - 1 - i : i];
  }
  out += code;
  out.append(reinterpret_cast<const char*>(big_endian), sizeof big_endian);
}

template <class Integer>
Integer load(const std::byte* at) {
  Integer value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

void append_msgpack_nil(std::string& out) {
  Appender appender{out};
  Packer(appender).pack_nil();
}

void append_msgpack_scalar(Kind kind, const std::byte* at, std::string& out) {
  Appender appender{out};
  Packer packer(appender);
  switch (kind) {
    case Kind::null:
      packer.pack_nil();
      return;
    case Kind::boolean:
      std::to_integer<int>(*at) != 0 ? packer.pack_true() : packer.pack_false();
      return;
    case Kind::i8:
      packer.pack_int64(load<std::int8_t>(at));
      return;
    case Kind::i16:
      packer.pack_int64(load<std::int16_t>(at));
      return;
    case Kind::i32:
      packer.pack_int64(load<std::int32_t>(at));
      return;
    case Kind::i64:
      packer.pack_int64(load<std::int64_t>(at));
      return;
    case Kind::u8:
      packer.pack_uint64(load<std::uint8_t>(at));
      return;
    case Kind::u16:
      packer.pack_uint64(load<std::uint16_t>(at));
      return;
    case Kind::u32:
      packer.pack_uint64(load<std::uint32_t>(at));
      return;
    case Kind::u64:
      packer.pack_uint64(load<std::uint64_t>(at));
      return;
    case Kind::f32:
      append_float<float>('\xca', at, out);
      return;
    default:
      append_float<double>('\xcb', at, out);
      return;
  }
}

void append_msgpack_str(std::string_view text, std::string& out) {
  Appender appender{out};
  Packer(appender).pack_str(static_cast<std::uint32_t>(text.size()));
  out += text;
}

void append_msgpack_bin(std::string_view bytes, std::string& out) {
  Appender appender{out};
  Packer(appender).pack_bin(static_cast<std::uint32_t>(bytes.size()));
  out += bytes;
}

void append_msgpack_header(Kind kind, std::size_t count, std::string& out) {
  Appender appender{out};
  Packer packer(appender);
  const auto count32 = static_cast<std::uint32_t>(count);
  kind == Kind::list || kind == Kind::tuple ? packer.pack_array(count32) : packer.pack_map(count32);
}

void append_msgpack_raw(const Type& type, const std::byte* at, std::string& out) {
  if (type.children().empty()) return append_msgpack_scalar(type.kind(), at, out);
  append_msgpack_header(type.kind(), type.children().size(), out);
  for (std::size_t i = 0; i < type.children().size(); ++i) {
    if (type.kind() == Kind::structure) append_msgpack_str(type.field_names()[i], out);
    append_msgpack_raw(type.children()[i], at + type.offsets()[i], out);
  }
}

void append_msgpack_view(const Type& type, std::string_view bytes, std::string& out) {
  type.kind() == Kind::str ? append_msgpack_str(bytes, out) : append_msgpack_bin(bytes, out);
}

}  // namespace prong::values
