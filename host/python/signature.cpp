// Signatures, read by descent. The host has refused those that are none before any comes here.
#include "signature.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace prong::python {

namespace {

// As the host has it: deeper ones would exhaust the stack of those who walk through them.
constexpr std::size_t type_depth_max = 32;

struct Leaf {
  std::string_view word;
  Kind kind;
  std::size_t size;  // of the raw form
};
constexpr std::array leaves{
    Leaf{"null", Kind::null, 1}, Leaf{"bool", Kind::boolean, 1}, Leaf{"i8", Kind::i8, 1},
    Leaf{"i16", Kind::i16, 2},   Leaf{"i32", Kind::i32, 4},      Leaf{"i64", Kind::i64, 8},
    Leaf{"u8", Kind::u8, 1},     Leaf{"u16", Kind::u16, 2},      Leaf{"u32", Kind::u32, 4},
    Leaf{"u64", Kind::u64, 8},   Leaf{"f32", Kind::f32, 4},      Leaf{"f64", Kind::f64, 8},
    Leaf{"str", Kind::str, 0},   Leaf{"bytes", Kind::bytes, 0},  Leaf{"any", Kind::any, 0}};

std::size_t round_up(std::size_t size, std::size_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

// A C struct in declaration order, if all of it is raw.
void lay_out(Type& type) {
  const bool raw = std::ranges::all_of(type.children, &Type::is_raw) && !type.children.empty();
  if (!raw) return;
  for (const Type& child : type.children) {
    type.offsets.push_back(round_up(type.size, child.alignment));
    type.size = type.offsets.back() + child.size;
    type.alignment = std::max(type.alignment, child.alignment);
  }
  type.size = round_up(type.size, type.alignment);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_{text} {}

  Type parse_all() {
    Type type = parse(0);
    skip_blanks();
    if (at_ != text_.size()) fail();
    return type;
  }

 private:
  Type parse(std::size_t depth) {
    if (depth > type_depth_max) fail();
    skip_blanks();
    const std::size_t begin = at_;
    Type type = parse_unmarked(depth);
    type.text = text_.substr(begin, at_ - begin);
    while (take('?')) {
      Type inner = std::exchange(type, Type{.kind = Kind::optional});
      type.children.push_back(std::move(inner));
      type.text = text_.substr(begin, at_ - begin);
    }
    return type;
  }

  Type parse_unmarked(std::size_t depth) {
    if (take('[')) return parse_inner(Kind::list, ']', depth);
    if (take('(')) return parse_elements(Kind::tuple, ')', depth);
    if (!take('{')) return parse_leaf();
    if (!take('*')) return parse_elements(Kind::structure, '}', depth);
    expect(':');
    return parse_inner(Kind::map, '}', depth);
  }

  Type parse_inner(Kind kind, char end, std::size_t depth) {
    Type type{.kind = kind};
    type.children.push_back(parse(depth + 1));
    expect(end);
    return type;
  }

  Type parse_elements(Kind kind, char end, std::size_t depth) {
    Type type{.kind = kind};
    while (!take(end)) {
      if (!type.children.empty()) expect(',');
      if (kind == Kind::structure) {
        type.names.emplace_back(word());
        expect(':');
      }
      type.children.push_back(parse(depth + 1));
    }
    lay_out(type);
    return type;
  }

  Type parse_leaf() {
    const std::string_view name = word();
    const auto* const leaf = std::ranges::find(leaves, name, &Leaf::word);
    if (leaf == leaves.end()) fail();
    return {.kind = leaf->kind, .size = leaf->size, .alignment = std::max<std::size_t>(leaf->size, 1)};
  }

  std::string_view word() {
    skip_blanks();
    const auto is_part = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_part(text_[at_]))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void expect(char c) {
    if (!take(c)) fail();
  }

  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
      ++at_;
  }

  [[noreturn]] void fail() const {
    throw std::invalid_argument("'" + std::string{text_} + "' is no signature from byte " +
                                std::to_string(at_) + " on");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Type parse_signature(std::string_view text) { return Parser{text}.parse_all(); }

Type tuple_of(std::vector<Type> elements) {
  Type type{.kind = Kind::tuple, .text = "(", .children = std::move(elements)};
  for (const Type& element : type.children)
    type.text += (type.text.size() > 1 ? ", " : "") + element.text;
  type.text += ')';
  lay_out(type);
  return type;
}

}  // namespace prong::python
