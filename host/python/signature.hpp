// Types as signatures tell them, and how their values lie in memory: what the values of Python are held
// against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prong::python {

enum class Kind : std::uint8_t {
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
  map,        // {*: T}
  optional    // T?
};

// A value.
struct Type {
  Kind kind = Kind::null;
  std::string text = {};                  // the signature
  std::vector<Type> children = {};        // list, map, optional: one; tuple, structure: the elements
  std::vector<std::string> names = {};    // structure: of the children
  std::size_t size = 0;                   // bytes of the raw form, a C struct; 0: there is none
  std::size_t alignment = 1;              // of the raw form
  std::vector<std::size_t> offsets = {};  // tuple, structure: of the children in the raw form

  [[nodiscard]] bool is_raw() const noexcept { return size != 0; }
};

// docs/values.md has the notation. Throws std::invalid_argument for what is none.
[[nodiscard]] Type parse_signature(std::string_view text);

// The type of a tuple of these: what an item is that gives a function all its arguments.
[[nodiscard]] Type tuple_of(std::vector<Type> elements);

}  // namespace prong::python
