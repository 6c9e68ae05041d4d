// Python's range: the integers from a start, by a step, up to a stop that is not among them.
#pragma once

#include <cstdint>
#include <string_view>

namespace prong::cli {

// A value. The integers start, start + step, …, `count` of them.
struct NumberRange {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::uint64_t count = 0;

  // Precondition: i < count.
  [[nodiscard]] std::int64_t operator[](std::uint64_t i) const noexcept {
    // Unsigned arithmetic wraps where the product leaves 64 bits, and the sum is back inside.
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                     i * static_cast<std::uint64_t>(step));
  }

  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// "STOP", "START:STOP" or "START:STOP:STEP". Throws WrongUsage.
[[nodiscard]] NumberRange parse_number_range(std::string_view text);

}  // namespace prong::cli
