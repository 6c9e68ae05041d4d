// Python's range: the integers from a start, by a step, up to a stop that is not among them.
#pragma once

#include <cstdint>
#include <string_view>

namespace prong::cli {

// Holds every number of 64 bits, with and without a sign, and what lies just beyond.
__extension__ typedef __int128 WideInteger;

// A value. The integers start, start + step, …, `count` of them; each fits 64 bits, with or without a sign.
struct NumberRange {
  WideInteger start = 0;
  WideInteger step = 1;
  std::uint64_t count = 0;

  // Precondition: i < count.
  [[nodiscard]] WideInteger operator[](std::uint64_t i) const noexcept {
    return start + static_cast<WideInteger>(i) * step;
  }

  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// "STOP", "START:STOP" or "START:STOP:STEP". Throws WrongUsage.
[[nodiscard]] NumberRange parse_number_range(std::string_view text);

}  // namespace prong::cli
