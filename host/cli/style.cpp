// Colours and reasons.
#include "cli/style.hpp"

#include <prong/wording.hpp>

#include <fmt/format.h>

namespace prong::cli {

Style style_of(bool coloured) noexcept {
  if (!coloured) return {};
  return {.name = "\033[1m", .quiet = "\033[2m", .bad = "\033[31m", .end = "\033[0m"};
}

void append_reason(std::string_view required, std::string_view found, std::string_view fix,
                   std::string& text) {
  if (!required.empty()) text += fmt::format("    required  {}\n", printable(required));
  if (!found.empty()) text += fmt::format("    found     {}\n", printable(found));
  if (!fix.empty()) text += fmt::format("    to mend   {}\n", printable(fix));
}

std::string time_text(double nanoseconds) {
  if (nanoseconds >= 1e9) return fmt::format("{:.2f} s", nanoseconds / 1e9);
  if (nanoseconds >= 1e6) return fmt::format("{:.2f} ms", nanoseconds / 1e6);
  if (nanoseconds >= 1e3) return fmt::format("{:.2f} µs", nanoseconds / 1e3);
  return fmt::format("{:.1f} ns", nanoseconds);
}

std::string rate_text(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f}M/s", per_second / 1e6);
  if (per_second >= 1e4) return fmt::format("{:.0f}k/s", per_second / 1e3);
  return per_second >= 10 ? fmt::format("{:.0f}/s", per_second) : fmt::format("{:.1f}/s", per_second);
}

}  // namespace prong::cli
