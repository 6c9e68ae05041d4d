// MessagePack from strangers to values: the opposite of MessageWriter. msgpack-cxx's own unpacking makes room
// for as many elements as a header claims; here each step reads what the type wants, and no room is made that
// the bytes which are there could not fill. Depth is the types' own. Internal to this folder.
#pragma once

#include "cluster/message_fields.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace prong::cluster {

// The bytes are no such message. Never leaves this folder's decoders.
struct Malformed {};

class MessageReader {
 public:
  explicit MessageReader(std::span<const std::byte> bytes) : rest_{bytes} {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  // All throw Malformed.
  void take(bool& flag);
  template <std::integral T>
  void take(T& number) {
    const Integer read = take_integer();
    if (read.negative) {
      const auto value = static_cast<std::int64_t>(read.bits);
      if (!std::in_range<T>(value)) throw Malformed{};
      number = static_cast<T>(value);
    } else {
      if (!std::in_range<T>(read.bits)) throw Malformed{};
      number = static_cast<T>(read.bits);
    }
  }
  void take(std::string& text) { text = take_str(); }
  void take(std::filesystem::path& path) { path = take_str(); }
  void take(std::chrono::nanoseconds& time);
  void take(Bytes& bytes);
  void take(std::array<std::uint8_t, 16>& id);

  template <class Enum>
    requires std::is_enum_v<Enum>
  void take(Enum& value) {
    std::uint8_t number = 0;
    take(number);
    if (number > static_cast<std::uint8_t>(last_of<Enum>())) throw Malformed{};
    value = static_cast<Enum>(number);
  }

  void take(std::vector<std::uint64_t>& numbers);

  template <class T>
  void take(std::vector<T>& list) {
    for (std::size_t left = take_array(); left > 0; --left)
      take(list.emplace_back());
  }

  template <class T>
  void take(std::optional<T>& value) {
    if (!take_nil()) take(value.emplace());
  }
  template <class T>
  void take(std::shared_ptr<const T>& value) {
    if (take_nil()) return;
    auto made = std::make_shared<T>();
    take(*made);
    value = std::move(made);
  }

  void take(Piece& piece);
  template <Record T>
  void take(T& record) {
    take_array_of(field_count<T>);
    take_fields(record);
  }

  void take_array_of(std::size_t count) {
    if (take_array() != count) throw Malformed{};
  }

 private:
  struct Integer {
    std::uint64_t bits;  // of a negative one, in two's complement
    bool negative;
  };

  template <class T>
  void take_fields(T& record) {
    std::apply([this](auto&... field) { (this->take(field), ...); }, fields(record));
  }

  [[nodiscard]] bool take_nil();
  [[nodiscard]] Integer take_integer();
  // At most as many as there are bytes left.
  [[nodiscard]] std::size_t take_array();
  [[nodiscard]] std::string_view take_str();
  [[nodiscard]] std::span<const std::byte> take_bin();

  [[nodiscard]] std::uint8_t take_byte();
  [[nodiscard]] std::uint64_t take_number(std::size_t size);  // big-endian
  [[nodiscard]] std::span<const std::byte> take_bytes(std::uint64_t size);

  std::span<const std::byte> rest_;
};

}  // namespace prong::cluster
