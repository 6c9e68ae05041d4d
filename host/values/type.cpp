// Construction, printing and C layout of types.
#include "values/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace prong::values {
namespace {

constexpr std::array<std::string_view, 20> kind_names = {
    "null", "bool", "i8",  "i16",   "i32", "i64",  "u8",    "u16",    "u32", "u64",
    "f32",  "f64",  "str", "bytes", "any", "list", "tuple", "struct", "map", "optional"};
static_assert(kind_names.size() == static_cast<std::size_t>(Kind::optional) + 1);

std::size_t scalar_bytes(Kind kind) {
  switch (kind) {
    case Kind::null:  // one zero byte: a value of no size could not be told from none
    case Kind::boolean:
    case Kind::i8:
    case Kind::u8:
      return 1;
    case Kind::i16:
    case Kind::u16:
      return 2;
    case Kind::i32:
    case Kind::u32:
    case Kind::f32:
      return 4;
    case Kind::i64:
    case Kind::u64:
    case Kind::f64:
      return 8;
    default:
      return 0;
  }
}

constexpr std::size_t round_up(std::size_t size, std::size_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

void append_elements(const Type& type, std::string& text) {
  for (std::size_t i = 0; i < type.children().size(); ++i) {
    if (i > 0) text += ", ";
    if (type.kind() == Kind::structure) text += type.field_names()[i] + ": ";
    text += type.children()[i].to_string();
  }
}

}  // namespace

std::string_view kind_name(Kind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

Type::Type(Kind leaf_kind) : kind_(leaf_kind) {
  if (leaf_kind > Kind::any) {
    throw std::invalid_argument(fmt::format("a {} needs types inside", kind_name(leaf_kind)));
  }
  lay_out();
}

void Type::lay_out() {
  if (kind_ <= Kind::any) {
    const std::size_t size = scalar_bytes(kind_);
    layout_ = {.size = size, .alignment = std::max<std::size_t>(size, 1)};
    return;
  }
  if (std::ranges::any_of(children_, [](const Type& child) { return child.layout_.size == 0; })) return;
  for (const Type& child : children_) {
    offsets_.push_back(round_up(layout_.size, child.layout_.alignment));
    layout_.size = offsets_.back() + child.layout_.size;
    layout_.alignment = std::max(layout_.alignment, child.layout_.alignment);
  }
  layout_.size = round_up(layout_.size, layout_.alignment);
}

std::optional<Layout> Type::layout() const {
  if (layout_.size == 0) return {};
  return layout_;
}

std::string Type::to_string() const {
  if (kind_ <= Kind::any) return std::string(kind_name(kind_));
  std::string text;
  switch (kind_) {
    case Kind::list:
      return '[' + children_[0].to_string() + ']';
    case Kind::map:
      return "{*: " + children_[0].to_string() + '}';
    case Kind::optional:
      return children_[0].to_string() + '?';
    case Kind::tuple:
      text = '(';
      append_elements(*this, text);
      return text + ')';
    default:
      text = '{';
      append_elements(*this, text);
      return text + '}';
  }
}

Type list_of(Type element) { return {Kind::list, std::vector{std::move(element)}}; }

Type map_of(Type value) { return {Kind::map, std::vector{std::move(value)}}; }

Type optional_of(Type value) {
  if (value.kind() == Kind::null || value.kind() == Kind::optional) {
    throw std::invalid_argument(fmt::format("'{}?' says twice what null means", value.to_string()));
  }
  return {Kind::optional, std::vector{std::move(value)}};
}

Type tuple_of(std::vector<Type> elements) {
  Type type{Kind::tuple, std::move(elements)};
  type.lay_out();
  return type;
}

Type struct_of(std::vector<Field> fields) {
  Type type{Kind::structure, {}};
  for (Field& field : fields) {
    if (std::ranges::find(type.field_names_, field.name) != type.field_names_.end()) {
      throw std::invalid_argument(fmt::format("two fields are called '{}'", field.name));
    }
    type.field_names_.push_back(std::move(field.name));
    type.children_.push_back(std::move(field.type));
  }
  type.lay_out();
  return type;
}

std::optional<Layout> raw_layout(const Type& type) { return type.layout(); }

Wire wire_of(const Type& type) {
  if (type.layout()) return Wire::raw;
  return type.kind() == Kind::str || type.kind() == Kind::bytes ? Wire::views : Wire::msgpack;
}

}  // namespace prong::values
