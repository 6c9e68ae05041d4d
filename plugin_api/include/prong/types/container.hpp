// Lists, optionals, maps and `any`: values whose size varies, which travel as MessagePack.
#pragma once

#include <prong/types/scalar.hpp>

#include <array>
#include <map>
#include <optional>
#include <unordered_map>

namespace prong {

// A value whose type is known at run time only: one MessagePack value, encoded. Empty: null.
// <prong/msgpack.hpp> makes one, and makes C++ values of it.
struct Any {
  std::vector<std::byte> msgpack;

  bool operator==(const Any&) const = default;
};

}  // namespace prong

namespace prong::types {

template <class T>
struct List : AsMsgpack {
  static constexpr Text signature = join(Text{"["}, Type<T>::signature, Text{"]"});
};

template <class T, class Allocator>
struct Type<std::vector<T, Allocator>> : List<T> {};
template <class T, std::size_t Count>
struct Type<std::array<T, Count>> : List<T> {};
template <class T>
struct Type<std::span<const T>> : List<T> {};

template <class T>
consteval auto optional_signature() {
  constexpr std::string_view present = Type<T>::signature.view();
  static_assert(present != "null" && !present.ends_with('?'),
                "prong: an optional of null or of an optional says twice what null means");
  return join(Type<T>::signature, Text{"?"});
}

template <class T>
struct Type<std::optional<T>> : AsMsgpack {
  static constexpr Text signature = optional_signature<T>();
};

// `{*: T}` and not `{str: T}`, which is a struct with one field named str.
template <class T>
struct Map : AsMsgpack {
  static constexpr Text signature = join(Text{"{*: "}, Type<T>::signature, Text{"}"});
};

template <class T, class Compare>
struct Type<std::map<std::string, T, Compare>> : Map<T> {};
template <class T, class Hash, class Equal>
struct Type<std::unordered_map<std::string, T, Hash, Equal>> : Map<T> {};

template <>
struct Type<Any> : AsMsgpack {
  static constexpr Text signature = "any";
};

}  // namespace prong::types
