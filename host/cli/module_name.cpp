// Segments of a name: what C++ can call a namespace.
#include "cli/module_name.hpp"

#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace prong::cli {

namespace {

// Of C++20 and GNU's, between spaces; and what programs may not add to, or what the SDK is in.
constexpr std::string_view taken =
    " alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t "
    "char8_t class co_await co_return co_yield compl concept const const_cast consteval constexpr "
    "constinit continue decltype default delete do double dynamic_cast else enum explicit export extern "
    "false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr "
    "operator or or_eq private protected public register reinterpret_cast requires return short signed "
    "sizeof static static_assert static_cast struct switch template this thread_local throw true try "
    "typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq "
    "std prong ";

bool is_identifier(std::string_view segment) {
  if (segment.empty() || std::isdigit(static_cast<unsigned char>(segment.front())) != 0) return false;
  return std::ranges::all_of(segment,
                             [](unsigned char c) { return c == '_' || (c < 0x80 && std::isalnum(c) != 0); });
}

// Names that compilers, and Prong's macros, keep for themselves.
bool is_reserved(std::string_view segment) {
  const bool begins_so = segment.size() > 1 && segment[0] == '_' && segment[1] >= 'A' && segment[1] <= 'Z';
  return begins_so || segment == "_" || segment.find("__") != std::string_view::npos ||
         segment.starts_with("PRONG_");
}

}  // namespace

void check_module_name(std::string_view name) {
  for (std::string_view rest = name;;) {
    const std::size_t dot = rest.find('.');
    const std::string_view segment = rest.substr(0, dot);
    if (!is_identifier(segment)) {
      throw WrongUsage{fmt::format(
          "'{}' is no module name: identifiers of C++ with dots between them, as acme.stats", name)};
    }
    if (taken.find(fmt::format(" {} ", segment)) != std::string_view::npos) {
      throw WrongUsage{fmt::format("'{}' is no module name: '{}' means something else in C++; try '{}_'",
                                   name, segment, segment)};
    }
    if (is_reserved(segment)) {
      throw WrongUsage{fmt::format("'{}' is no module name: '{}' is kept for {}; name it otherwise", name,
                                   segment,
                                   segment.starts_with("PRONG_") ? "Prong's macros" : "the compiler")};
    }
    if (dot == std::string_view::npos) return;
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace prong::cli
