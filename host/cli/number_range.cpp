// Reading a range, and counting it without overflow.
#include "cli/number_range.hpp"

#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace prong::cli {

namespace {

std::int64_t parse_integer(std::string_view field, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error == std::errc::result_out_of_range) {
    throw WrongUsage{fmt::format("--range {}: '{}' does not fit 64 bits", text, field)};
  }
  if (error != std::errc{} || end != field.data() + field.size()) {
    throw WrongUsage{fmt::format("--range {}: '{}' is not an integer", text, field)};
  }
  return value;
}

std::vector<std::int64_t> parse_fields(std::string_view text) {
  std::vector<std::int64_t> fields;
  for (std::string_view rest = text;;) {
    const std::size_t colon = rest.find(':');
    fields.push_back(parse_integer(rest.substr(0, colon), text));
    if (colon == std::string_view::npos) return fields;
    rest.remove_prefix(colon + 1);
  }
}

std::uint64_t distance(std::int64_t low, std::int64_t high) {
  return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
}

std::uint64_t count(std::int64_t start, std::int64_t stop, std::int64_t step) {
  if (step > 0 ? start >= stop : start <= stop) return 0;
  if (step > 0) return (distance(start, stop) - 1) / static_cast<std::uint64_t>(step) + 1;
  return (distance(stop, start) - 1) / (std::uint64_t{0} - static_cast<std::uint64_t>(step)) + 1;
}

}  // namespace

NumberRange parse_number_range(std::string_view text) {
  const std::vector<std::int64_t> fields = parse_fields(text);
  if (fields.size() > 3) throw WrongUsage{fmt::format("--range {}: more than START:STOP:STEP", text)};
  const std::int64_t start = fields.size() > 1 ? fields[0] : 0;
  const std::int64_t stop = fields.size() > 1 ? fields[1] : fields[0];
  const std::int64_t step = fields.size() > 2 ? fields[2] : 1;
  if (step == 0) throw WrongUsage{fmt::format("--range {}: the step must not be zero", text)};
  return {.start = start, .step = step, .count = count(start, stop, step)};
}

}  // namespace prong::cli
