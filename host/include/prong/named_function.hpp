// A function of this program by its address, and the path that the compiler knows it by.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace prong {

namespace detail {

// "stats::square" of [pointer = &stats::square] (clang) or [with auto pointer = stats::square] (g++).
template <auto pointer>
consteval auto spell_function() {
  constexpr std::string_view start = "pointer = ";
  std::string_view spelled = __PRETTY_FUNCTION__;
  spelled.remove_prefix(spelled.find(start) + start.size());
  spelled.remove_suffix(1);
  if (spelled.starts_with('&')) spelled.remove_prefix(1);
  return spelled;
}

// As the compiler writes it in messages; tells overloads apart.
template <class Type>
consteval auto spell_type() {
  constexpr std::string_view start = "Type = ";
  std::string_view spelled = __PRETTY_FUNCTION__;
  spelled.remove_prefix(spelled.find(start) + start.size());
  spelled.remove_suffix(1);
  return spelled;
}

// Identifiers with :: between them: no "(anonymous namespace)", no "main()::", no "<lambda>", no
// "scale<double>".
[[nodiscard]] consteval bool is_path(std::string_view spelled) {
  bool at_start = true;
  for (std::size_t i = 0; i < spelled.size(); ++i) {
    const char c = spelled[i];
    const bool is_letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_';
    const bool is_digit = '0' <= c && c <= '9';
    if (!at_start && spelled.substr(i).starts_with("::")) {
      at_start = true;
      ++i;
    } else if (is_letter || (is_digit && !at_start)) {
      at_start = false;
    } else {
      return false;
    }
  }
  return !at_start;
}

}  // namespace detail

// What is not the address of an ordinary function.
template <auto pointer, class Pointer = decltype(pointer)>
struct NamedFunction {
  static constexpr bool is_ordinary = false;
  static constexpr bool has_path = false;
};

// A callable that is this function. Its type says which one, so that calls are direct; it converts to the
// pointer.
template <auto pointer, class R, class... Ps, bool is_noexcept>
struct NamedFunction<pointer, R (*)(Ps...) noexcept(is_noexcept)> {
  static constexpr bool is_ordinary = true;
  static constexpr std::string_view path = detail::spell_function<pointer>();  // "stats::square"
  static constexpr bool has_path = detail::is_path(path);

  // "(double, int)"
  [[nodiscard]] static std::string parameters() {
    std::string list;
    ((list += (list.empty() ? "" : ", ") + std::string{detail::spell_type<Ps>()}), ...);
    return "(" + list + ")";
  }

  R operator()(Ps... arguments) const noexcept(is_noexcept) {
    return pointer(std::forward<Ps>(arguments)...);
  }
  constexpr operator decltype(pointer)() const noexcept { return pointer; }
};

// prong::function<&stats::square>. An overloaded one is chosen by a cast:
// prong::function<static_cast<float (*)(float)>(&stats::square)>.
template <auto pointer>
inline constexpr NamedFunction<pointer> function;

}  // namespace prong
