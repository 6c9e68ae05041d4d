// A recursive-descent parser of signatures.
#include "values/signature.hpp"

#include "names/printable.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace prong::values {
namespace {

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class SignatureParser {
 public:
  explicit SignatureParser(std::string_view text) : text_(text) {}

  Type parse_all() {
    Type type = parse_type(0);
    skip_blanks();
    if (at_ != text_.size()) fail("the end of the signature");
    return type;
  }

 private:
  Type parse_type(std::size_t depth) {
    if (depth > signature_depth_max)
      fail(fmt::format("at most {} types inside each other", signature_depth_max));
    Type type = parse_unmarked(depth);
    while (try_take('?')) {
      try {
        type = optional_of(std::move(type));
      } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("{} at byte {}", error.what(), at_ - 1));
      }
    }
    return type;
  }

  Type parse_unmarked(std::size_t depth) {
    if (try_take('[')) {
      Type element = parse_type(depth + 1);
      take(']');
      return list_of(std::move(element));
    }
    if (try_take('(')) return parse_tuple(depth);
    if (try_take('{')) return try_take('*') ? parse_map(depth) : parse_struct(depth);
    return parse_leaf();
  }

  Type parse_tuple(std::size_t depth) {
    std::vector<Type> elements;
    while (!try_take(')')) {
      if (!elements.empty()) take(',');
      elements.push_back(parse_type(depth + 1));
    }
    return tuple_of(std::move(elements));
  }

  Type parse_map(std::size_t depth) {
    take(':');
    Type value = parse_type(depth + 1);
    take('}');
    return map_of(std::move(value));
  }

  Type parse_struct(std::size_t depth) {
    std::vector<Field> fields;
    while (!try_take('}')) {
      if (!fields.empty()) take(',');
      std::string name{take_word("the name of a field")};
      take(':');
      fields.push_back({std::move(name), parse_type(depth + 1)});
    }
    try {
      return struct_of(std::move(fields));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("{} before byte {}", error.what(), at_));
    }
  }

  Type parse_leaf() {
    skip_blanks();
    const std::size_t begin = at_;
    const std::string_view word = take_word("a type");
    for (auto kind = Kind::null; kind <= Kind::any; kind = static_cast<Kind>(static_cast<int>(kind) + 1)) {
      if (word == kind_name(kind)) return Type(kind);
    }
    at_ = begin;
    fail("a type");
  }

  std::string_view take_word(std::string_view expected) {
    skip_blanks();
    std::size_t end = at_;
    while (end < text_.size() && is_word_byte(text_[end]))
      ++end;
    if (end == at_ || (text_[at_] >= '0' && text_[at_] <= '9')) fail(expected);
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    return word;
  }

  void take(char c) {
    if (!try_take(c)) fail(fmt::format("'{}'", c));
  }

  bool try_take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
      ++at_;
  }

  [[noreturn]] void fail(std::string_view expected) const {
    const std::string_view rest = text_.substr(at_, 20);
    throw std::invalid_argument(
        rest.empty()
            ? fmt::format("expected {} at byte {}, found the end", expected, at_)
            : fmt::format("expected {} at byte {}, found '{}'", expected, at_, names::printable(rest)));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Type parse_signature(std::string_view text) {
  if (text.size() > signature_bytes_max) {
    throw std::invalid_argument(
        fmt::format("the signature has {} bytes, {} at most", text.size(), signature_bytes_max));
  }
  return SignatureParser(text).parse_all();
}

}  // namespace prong::values
