// How answers for people look: colours, and the layout that several commands share.
#pragma once

#include <string>
#include <string_view>

namespace prong::cli {

// Escape sequences of ECMA-48, or nothing.
struct Style {
  std::string_view name = {};
  std::string_view quiet = {};
  std::string_view bad = {};
  std::string_view end = {};
};

[[nodiscard]] Style style_of(bool coloured) noexcept;

// What was required, what was found, and how to mend it: a line for each that says something.
void append_reason(std::string_view required, std::string_view found, std::string_view fix,
                   std::string& text);

// "12.30 µs".
[[nodiscard]] std::string time_text(double nanoseconds);
// "12.3M/s".
[[nodiscard]] std::string rate_text(double per_second);

}  // namespace prong::cli
