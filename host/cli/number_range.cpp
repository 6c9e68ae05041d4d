// Reading a range, and counting it without overflow.
#include "cli/number_range.hpp"

#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <vector>

namespace prong::cli {

namespace {

constexpr WideInteger least = std::numeric_limits<std::int64_t>::min();
constexpr WideInteger most = std::numeric_limits<std::uint64_t>::max();

[[noreturn]] void fail_to_fit(std::string_view field, std::string_view text) {
  throw WrongUsage{fmt::format("--range {}: '{}' does not fit 64 bits", text, field)};
}

// A stop is not among the numbers: it may be one beyond them.
WideInteger parse_integer(std::string_view field, std::string_view text) {
  const bool is_negative = field.starts_with('-');
  const std::string_view digits = field.substr(is_negative ? 1 : 0);
  const bool all_digits =
      std::ranges::all_of(digits, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  if (digits.empty() || !all_digits)
    throw WrongUsage{fmt::format("--range {}: '{}' is not an integer", text, field)};
  WideInteger value = 0;
  for (const char digit : digits) {
    value = 10 * value + (digit - '0');
    if (value > most + 1) fail_to_fit(field, text);
  }
  if (is_negative) value = -value;
  if (value < least - 1) fail_to_fit(field, text);
  return value;
}

struct Fields {
  std::vector<std::string_view> texts;
  std::vector<WideInteger> values;
};

Fields parse_fields(std::string_view text) {
  Fields fields;
  for (std::string_view rest = text;;) {
    const std::size_t colon = rest.find(':');
    fields.texts.push_back(rest.substr(0, colon));
    fields.values.push_back(parse_integer(fields.texts.back(), text));
    if (colon == std::string_view::npos) return fields;
    rest.remove_prefix(colon + 1);
  }
}

WideInteger count(WideInteger start, WideInteger stop, WideInteger step) {
  if (step > 0 ? start >= stop : start <= stop) return 0;
  return step > 0 ? (stop - start - 1) / step + 1 : (start - stop - 1) / -step + 1;
}

}  // namespace

NumberRange parse_number_range(std::string_view text) {
  const auto [texts, values] = parse_fields(text);
  if (values.size() > 3) throw WrongUsage{fmt::format("--range {}: more than START:STOP:STEP", text)};
  const bool has_start = values.size() > 1;
  const WideInteger start = has_start ? values[0] : 0;
  const WideInteger stop = has_start ? values[1] : values[0];
  const WideInteger step = values.size() > 2 ? values[2] : 1;
  if (step == 0) throw WrongUsage{fmt::format("--range {}: the step must not be zero", text)};
  const WideInteger numbers = count(start, stop, step);
  if (numbers == 0) return {.start = 0, .step = step, .count = 0};
  if (numbers > most)
    throw WrongUsage{fmt::format("--range {}: there are more numbers than 64 bits count", text)};
  const WideInteger last = start + (numbers - 1) * step;
  if (std::min(start, last) < least || std::max(start, last) > most) fail_to_fit(texts[0], text);
  return {.start = start, .step = step, .count = static_cast<std::uint64_t>(numbers)};
}

}  // namespace prong::cli
