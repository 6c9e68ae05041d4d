// Splitting and checking of qualified names.
#include "names/qualified_name.hpp"

#include "names/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace prong::names {
namespace {

// Not <cctype>: these answer by locale.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What keeps text[begin, end) from being an identifier.
std::optional<std::string> find_segment_fault(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin == end) return fmt::format("an empty segment at byte {}", begin);
  for (std::size_t at = begin; at < end; ++at) {
    const char c = text[at];
    if (is_letter(c) || (is_digit(c) && at != begin)) continue;
    if (is_digit(c)) return fmt::format("a segment begins with the digit '{}' at byte {}", c, at);
    return fmt::format("'{}' at byte {} is no letter, digit or underscore",
                       printable(text.substr(at, utf8_sequence(text.substr(at)).length)), at);
  }
  return {};
}

std::optional<std::string> find_path_fault(std::string_view path) {
  if (path.size() > name_bytes_max) {
    return fmt::format("{} bytes are too long, {} at most", path.size(), name_bytes_max);
  }
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    if (auto fault = find_segment_fault(path, begin, end)) return fault;
    if (end == path.size()) return {};
    begin = end + 1;
  }
}

std::optional<std::string> find_dynamic_fault(std::string_view name) {
  if (name.size() > name_bytes_max) {
    return fmt::format("{} bytes are too long, {} at most", name.size(), name_bytes_max);
  }
  for (std::size_t at = 0; at < name.size();) {
    const auto [length, valid] = utf8_sequence(name.substr(at));
    if (!valid) return fmt::format("a byte that is not UTF-8 at byte {}", at);
    if (is_control(name.substr(at, length))) return fmt::format("a control character at byte {}", at);
    at += length;
  }
  return {};
}

}  // namespace

std::string QualifiedName::to_string() const { return is_dynamic() ? function : module + '.' + function; }

QualifiedName parse(std::string_view name) {
  if (name.empty()) throw std::invalid_argument("the name of a function is empty");
  const std::size_t dot = name.rfind('.');
  const bool dynamic = dot == std::string_view::npos;
  if (const auto fault = dynamic ? find_dynamic_fault(name) : find_path_fault(name)) {
    throw std::invalid_argument(
        fmt::format("'{}' is not the name of a function: {}", printable(name.substr(0, 100)), *fault));
  }
  if (dynamic) return {.module = {}, .function = std::string(name)};
  return {.module = std::string(name.substr(0, dot)), .function = std::string(name.substr(dot + 1))};
}

std::optional<std::string> find_module_fault(std::string_view module) { return find_path_fault(module); }

bool is_identifier(std::string_view text) { return !find_segment_fault(text, 0, text.size()); }

}  // namespace prong::names
