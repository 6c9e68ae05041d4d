// Types of values as signatures know them, and how a value of each type lies on the wire.
#pragma once

#include <prong/signature.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prong::values {

using Kind = TypeKind;

// Of a value in memory, in bytes. `size` is a multiple of `alignment`, so it is also the stride of an array.
struct Layout {
  std::size_t size = 0;
  std::size_t alignment = 1;
  bool operator==(const Layout&) const = default;
};

// raw: the value in C layout, in host byte order. views: the bytes of a str or bytes. msgpack: one value.
enum class Wire : std::uint8_t { raw, views, msgpack };

struct Field;

// A value: copied and compared as one. Made by the functions below and by parse_signature().
class Type {
 public:
  Type() : Type(Kind::null) {}
  explicit Type(Kind leaf_kind);  // any kind up to `any`; throws std::invalid_argument for the others

  [[nodiscard]] Kind kind() const { return kind_; }
  // list, map, optional: the one type inside. tuple, structure: the elements in declaration order.
  [[nodiscard]] const std::vector<Type>& children() const { return children_; }
  // structure: the names of the children. Else empty.
  [[nodiscard]] const std::vector<std::string>& field_names() const { return field_names_; }
  // Of the raw form; nothing when there is no raw form.
  [[nodiscard]] std::optional<Layout> layout() const;
  // tuple, structure: where each child lies in the raw form, in bytes. Else empty.
  [[nodiscard]] const std::vector<std::size_t>& offsets() const { return offsets_; }

  // Canonical: `(f64, [str])`, `{x: f64, y: f64}`, `{*: u8}`, `f64?`.
  [[nodiscard]] std::string to_string() const;
  bool operator==(const Type&) const = default;

  friend Type list_of(Type element);
  friend Type tuple_of(std::vector<Type> elements);
  friend Type struct_of(std::vector<Field> fields);
  friend Type map_of(Type value);
  friend Type optional_of(Type value);

 private:
  Type(Kind kind, std::vector<Type> children) : kind_(kind), children_(std::move(children)) {}
  void lay_out();

  Kind kind_ = Kind::null;
  std::vector<Type> children_;
  std::vector<std::string> field_names_;
  std::vector<std::size_t> offsets_;
  Layout layout_;  // size 0: no raw form
};

struct Field {
  std::string name;
  Type type;
};

[[nodiscard]] Type list_of(Type element);
// A tuple also when there is one element: a function of one parameter takes the parameter itself, not this.
[[nodiscard]] Type tuple_of(std::vector<Type> elements);
// Throws std::invalid_argument when two names are equal.
[[nodiscard]] Type struct_of(std::vector<Field> fields);
[[nodiscard]] Type map_of(Type value);
// Throws std::invalid_argument for an optional of a null or of an optional: their nil would have two
// meanings.
[[nodiscard]] Type optional_of(Type value);

// Fixed-size scalars, and tuples and structs of such: a C struct in declaration order. `null` is
// one zero byte. A tuple without elements has no raw form: a raw value of size 0 could not be told from none.
[[nodiscard]] std::optional<Layout> raw_layout(const Type& type);

[[nodiscard]] Wire wire_of(const Type& type);

[[nodiscard]] constexpr bool is_integer(Kind kind) { return kind >= Kind::i8 && kind <= Kind::u64; }
[[nodiscard]] constexpr bool is_float(Kind kind) { return kind == Kind::f32 || kind == Kind::f64; }

// The word of a signature: "f64", "bool"; "list", "tuple", "struct", "map", "optional" for the composed
// kinds.
[[nodiscard]] std::string_view kind_name(Kind kind);

}  // namespace prong::values
