// One pass over the text, with a stack of the brackets that are open.
#include "values/json_break.hpp"

#include "names/printable.hpp"
#include "values/json_scalar.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace prong::values {
namespace {

constexpr std::string_view spaces = " \t\n\r";

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  std::optional<std::size_t> run() {
    for (;;) {
      at_ = std::min(text_.find_first_not_of(spaces, at_), text_.size());
      const bool ended = at_ == text_.size();
      if (ended && awaited_ == Awaited::end) return std::nullopt;
      if (ended || !take(text_[at_])) return at_;
    }
  }

 private:
  // What may come next; of the first two, also the end of the array or object that was just begun.
  enum class Awaited : std::uint8_t { first_element, first_key, value, key, colon, comma, end };

  bool take(char c) {
    switch (awaited_) {
      case Awaited::first_element:
        return c == ']' ? close(c) : take_value(c);
      case Awaited::value:
        return take_value(c);
      case Awaited::first_key:
        return c == '}' ? close(c) : take_key(c);
      case Awaited::key:
        return take_key(c);
      case Awaited::colon:
        return c == ':' && step(Awaited::value);
      case Awaited::comma:
        if (c != ',') return close(c);
        return step(open_.back() == '[' ? Awaited::value : Awaited::key);
      case Awaited::end:
        break;
    }
    return false;
  }

  bool step(Awaited awaited) {
    ++at_;
    awaited_ = awaited;
    return true;
  }

  bool close(char c) {
    if (c != (open_.back() == '[' ? ']' : '}')) return false;
    open_.pop_back();
    ++at_;
    return end_value();
  }

  bool end_value() {
    awaited_ = open_.empty() ? Awaited::end : Awaited::comma;
    return true;
  }

  bool take_key(char c) {
    if (c != '"' || !take_string()) return false;
    awaited_ = Awaited::colon;
    return true;
  }

  bool take_value(char c) {
    if (c == '[' || c == '{') {
      open_ += c;
      return step(c == '[' ? Awaited::first_element : Awaited::first_key);
    }
    return (c == '"' ? take_string() : take_word()) && end_value();
  }

  bool take_string() {
    for (++at_; at_ < text_.size();) {
      const std::string_view rest = text_.substr(at_);
      const auto [length, valid] = names::utf8_sequence(rest);
      if (!valid || static_cast<unsigned char>(rest.front()) < ' ') return false;
      at_ = std::min(at_ + (rest.front() == '\\' ? 2 : length), text_.size());
      if (rest.front() == '"') return true;
    }
    return false;
  }

  bool take_word() {
    const std::string_view word = text_.substr(at_, text_.find_first_of(" \t\n\r,:[]{}\"", at_) - at_);
    if (word != "true" && word != "false" && word != "null" && !is_json_number(word)) return false;
    at_ += word.size();
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Awaited awaited_ = Awaited::value;
  std::string open_;
};

}  // namespace

std::optional<std::size_t> find_break(std::string_view json) { return Scan{json}.run(); }

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto [length, valid] = names::utf8_sequence(text.substr(at));
    if (!valid) return at;
    at += length;
  }
  return std::nullopt;
}

}  // namespace prong::values
