// Values to MessagePack, by way of msgpack-cxx: each record is an array of its fields. Internal to this
// folder.
#pragma once

#include "cluster/message_fields.hpp"

#include <msgpack.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace prong::cluster {

class MessageWriter {
 public:
  // Appends to `bytes`.
  explicit MessageWriter(Bytes& bytes) : sink_{bytes}, packer_{sink_} {}

  void put(std::integral auto number) { packer_.pack(number); }
  void put(std::string_view text) {
    packer_.pack_str(length(text.size()));
    sink_.write(text.data(), text.size());
  }
  void put(const std::string& text) { put(std::string_view{text}); }
  void put(const std::filesystem::path& path) { put(std::string_view{path.native()}); }
  void put(std::chrono::nanoseconds time) { packer_.pack(time.count()); }
  void put(std::span<const std::byte> bytes) {
    packer_.pack_bin(length(bytes.size()));
    sink_.write(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void put(const Bytes& bytes) { put(std::span{bytes}); }
  void put(const std::array<std::uint8_t, 16>& id) { put(std::as_bytes(std::span{id})); }

  template <class Enum>
    requires std::is_enum_v<Enum>
  void put(Enum value) {
    packer_.pack(static_cast<std::uint8_t>(value));
  }

  // Offsets and indices mostly rise by little, so each is written as what it is more than the one before
  // (modulo 2^64): mostly one byte or two.
  void put(const std::vector<std::uint64_t>& numbers) {
    put_array(numbers.size());
    std::uint64_t before = 0;
    for (const std::uint64_t number : numbers) {
      packer_.pack(number - before);
      before = number;
    }
  }

  template <class T>
  void put(const std::vector<T>& list) {
    put_array(list.size());
    for (const T& one : list)
      put(one);
  }

  template <class T>
  void put(const std::optional<T>& value) {
    value ? put(*value) : put_nil();
  }
  template <class T>
  void put(const std::shared_ptr<const T>& value) {
    value ? put(*value) : put_nil();
  }

  void put(const Piece& piece) {
    put_array(field_count<Piece> + 1);
    put_fields(piece);
    put(piece.bytes);
  }
  template <Record T>
  void put(const T& record) {
    put_array(field_count<T>);
    put_fields(record);
  }

  void put_array(std::size_t count) { packer_.pack_array(length(count)); }

 private:
  struct Sink {
    void write(const char* bytes, std::size_t size) {
      const auto added = std::as_bytes(std::span{bytes, size});
      bytes_.insert(bytes_.end(), added.begin(), added.end());
    }
    Bytes& bytes_;
  };

  template <class T>
  void put_fields(const T& record) {
    std::apply([this](const auto&... field) { (this->put(field), ...); }, fields(record));
  }
  void put_nil() { packer_.pack_nil(); }

  static std::uint32_t length(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max())
      throw std::length_error{"more than a message to a cluster can hold"};
    return static_cast<std::uint32_t>(size);
  }

  Sink sink_;
  msgpack::packer<Sink> packer_;
};

}  // namespace prong::cluster
