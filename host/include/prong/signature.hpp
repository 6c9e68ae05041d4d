// Types of values, read from signatures, and how values lie in memory: for programs that make items or read
// results of functions whose types they learn when they run.
#pragma once

#include <prong/export.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prong {

enum class TypeKind : std::uint8_t {
  null,
  boolean,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  f32,
  f64,
  str,
  bytes,
  any,
  list,       // [T]
  tuple,      // (T, U)
  structure,  // {name: T, …}
  map,        // {*: T}, keyed by str
  optional    // T?
};

// A value: copied and compared as one. Made by parse_signature() and tuple_of(); without them, it is `any`.
struct TypeInfo {
  TypeKind kind = TypeKind::any;
  std::string signature = "any";        // canonical: a blank after each comma and colon, no other
  std::vector<TypeInfo> children = {};  // list, map, optional: one; tuple, structure: the elements in order
  std::vector<std::string> names = {};  // structure: of the children
  std::size_t size = 0;       // bytes of the raw form, a C struct in host byte order; 0: there is none
  std::size_t alignment = 1;  // of the raw form
  std::vector<std::size_t> offsets =
      {};  // tuple, structure: of the children in the raw form, if there is one

  // Whether values travel raw (Encoding::raw), an array of them `size` bytes apart.
  [[nodiscard]] bool is_raw() const noexcept { return size != 0; }
  bool operator==(const TypeInfo&) const = default;
};

// The notation is that of FunctionInfo and of docs/values.md; blanks and tabs may stand between words.
// Throws std::invalid_argument, which says what was expected and at which byte, for what is no signature, has
// more than 16 KiB or more than 32 types inside each other.
[[nodiscard]] PRONG_API TypeInfo parse_signature(std::string_view signature);

// The tuple of these: what an item is that gives a function all its arguments, when they are several.
[[nodiscard]] PRONG_API TypeInfo tuple_of(const std::vector<TypeInfo>& elements);

// "f64", "bool": the word of a signature; "list", "tuple", "struct", "map", "optional" for the others.
[[nodiscard]] PRONG_API std::string_view name_of(TypeKind kind);

}  // namespace prong
