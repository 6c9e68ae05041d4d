// Reads MessagePack one header after another, as the type that is being decoded asks for them. msgpack-cxx
// has no such reader: its parser pushes a whole value at a visitor, or builds a tree of it.
#pragma once

#include <prong/codec/token.hpp>

#include <bit>
#include <cstddef>
#include <span>

namespace prong::codec {

// Reads no byte outside of what it is given, however hostile that is.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes)
      : begin_(reinterpret_cast<const char*>(bytes.data())), at_(begin_), end_(begin_ + bytes.size()) {}

  [[nodiscard]] std::size_t rest() const { return static_cast<std::size_t>(end_ - at_); }

  // What `later`, a copy that has gone on, has read since.
  [[nodiscard]] std::span<const std::byte> bytes_until(const Reader& later) const {
    return std::as_bytes(std::span(at_, later.at_));
  }

  void expect_end(const Place& place) const {
    if (at_ == end_) return;
    fail(place, describe_type(place.expected), digits_of(rest()) + " bytes after the value");
  }

  // Nil, when that is next.
  [[nodiscard]] bool try_nil() {
    const bool is_nil = at_ != end_ && static_cast<unsigned char>(*at_) == 0xc0;
    at_ += is_nil;
    return is_nil;
  }

  [[nodiscard]] Token next(const Place& place) {
    const auto code = static_cast<unsigned>(number(place, 1));
    if (code < 0x80) return {Kind::natural, code};
    if (code < 0x90) return {Kind::map, code & 0x0f};
    if (code < 0xa0) return {Kind::array, code & 0x0f};
    if (code < 0xc0) return text(place, Kind::str, code & 0x1f);
    if (code >= 0xe0) return integer(static_cast<std::int8_t>(code));
    return long_form(place, code);
  }

  // The next header, which must be of this kind.
  [[nodiscard]] Token next(const Place& place, Kind kind) {
    const Token token = next(place);
    if (token.kind != kind) fail(place, token);
    return token;
  }

  // The key of a map's next pair. `place` is the map's.
  [[nodiscard]] std::string_view next_key(const Place& place) {
    const Token token = next(place);
    if (token.kind != Kind::str) fail(place, "a str as key", describe_token(token));
    return token.bytes;
  }

 private:
  // Headers with the width of what follows in their last bits.
  Token long_form(const Place& place, unsigned code) {
    switch (code) {
      case 0xc0:
        return {Kind::nil};
      case 0xc2:
      case 0xc3:
        return {Kind::boolean, code & 1};
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return text(place, Kind::bin, number(place, 1u << (code - 0xc4)));
      case 0xca:
        return {Kind::float32, 0, std::bit_cast<float>(static_cast<std::uint32_t>(number(place, 4)))};
      case 0xcb:
        return {Kind::float64, 0, std::bit_cast<double>(number(place, 8))};
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return {Kind::natural, number(place, 1u << (code - 0xcc))};
      case 0xd0:
        return integer(static_cast<std::int8_t>(number(place, 1)));
      case 0xd1:
        return integer(static_cast<std::int16_t>(number(place, 2)));
      case 0xd2:
        return integer(static_cast<std::int32_t>(number(place, 4)));
      case 0xd3:
        return integer(static_cast<std::int64_t>(number(place, 8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(place, Kind::str, number(place, 1u << (code - 0xd9)));
      case 0xdc:
      case 0xdd:
        return {Kind::array, number(place, 2u << (code - 0xdc))};
      case 0xde:
      case 0xdf:
        return {Kind::map, number(place, 2u << (code - 0xde))};
      case 0xc1:
        fail(place, "MessagePack", "a wrong byte at " + digits_of(at_ - 1 - begin_));
      default:
        return {Kind::ext};  // no type takes one: its bytes are never read
    }
  }

  static Token integer(std::int64_t value) {
    return {value < 0 ? Kind::negative : Kind::natural, static_cast<std::uint64_t>(value)};
  }

  std::uint64_t number(const Place& place, unsigned width) {
    if (rest() < width) fail_short(place);
    std::uint64_t value = 0;
    while (width-- > 0)
      value = value << 8 | static_cast<unsigned char>(*at_++);
    return value;
  }

  Token text(const Place& place, Kind kind, std::uint64_t size) {
    if (rest() < size) fail_short(place);
    Token token{kind};
    if (size > 0) token.bytes = {at_, static_cast<std::size_t>(size)};
    at_ += size;
    return token;
  }

  [[noreturn, gnu::cold]] void fail_short(const Place& place) const {
    if (begin_ == end_) fail(place, describe_type(place.expected), "nothing");
    const auto size = static_cast<std::size_t>(end_ - begin_);
    fail(place, "MessagePack", "its end after " + digits_of(size) + " bytes, within a value");
  }

  const char* begin_;
  const char* at_;
  const char* end_;
};

}  // namespace prong::codec
