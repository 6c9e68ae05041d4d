// Null, bool and the numbers; str and bytes.
#pragma once

#include <prong/types/type.hpp>

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prong::types {

template <class T>
consteval auto number_signature() {
  constexpr Text bits = [] {
    if constexpr (sizeof(T) == 1) return join(Text{"8"}, Text{""});
    if constexpr (sizeof(T) == 2) return Text{"16"};
    if constexpr (sizeof(T) == 4) return Text{"32"};
    if constexpr (sizeof(T) == 8) return Text{"64"};
  }();
  if constexpr (std::floating_point<T>) return join(Text{"f"}, bits);
  if constexpr (std::signed_integral<T>) return join(Text{"i"}, bits);
  if constexpr (std::unsigned_integral<T>) return join(Text{"u"}, bits);
}

template <Number T>
struct Type<T> {
  static constexpr Text signature = number_signature<T>();
  static constexpr Wire wire = Wire::raw;
  static constexpr std::size_t size = sizeof(T);
  static constexpr std::size_t alignment = sizeof(T);
  static constexpr bool is_identity = true;

  static T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  static void store(std::byte* to, const T& value) { std::memcpy(to, &value, sizeof value); }
};

// A byte of 2 is true on the wire and undefined behaviour in a C++ bool.
template <>
struct Type<bool> {
  static constexpr Text signature = "bool";
  static constexpr Wire wire = Wire::raw;
  static constexpr std::size_t size = 1;
  static constexpr std::size_t alignment = 1;
  static constexpr bool is_identity = false;

  static bool load(const std::byte* from) { return *from != std::byte{0}; }
  static void store(std::byte* to, const bool& value) { *to = std::byte{value}; }
};

// Null is one zero byte rather than none, as an empty struct is in C++: no array has items of size 0.
template <>
struct Type<std::monostate> {
  static constexpr Text signature = "null";
  static constexpr Wire wire = Wire::raw;
  static constexpr std::size_t size = 1;
  static constexpr std::size_t alignment = 1;
  static constexpr bool is_identity = false;

  static std::monostate load(const std::byte*) { return {}; }
  static void store(std::byte* to, const std::monostate&) { *to = std::byte{0}; }
};

template <>
struct Type<void> : Type<std::monostate> {};

struct Str : AsViews {
  static constexpr Text signature = "str";
};

struct Bytes : AsViews {
  static constexpr Text signature = "bytes";
};

template <>
struct Type<std::string> : Str {};
template <>
struct Type<std::string_view> : Str {};
template <>
struct Type<std::vector<std::byte>> : Bytes {};
template <>
struct Type<std::span<const std::byte>> : Bytes {};

}  // namespace prong::types
