// What cannot be otherwise unless Prong has a bug: then the process ends, with the numbers.
#pragma once

#include <unistd.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

namespace prong {

struct NamedNumber {
  const char* name;
  std::uint64_t value;
};

// Tells what does not hold, with the numbers that it is about, on standard error, and aborts. Allocates
// nothing. [any thread] [any process]
[[noreturn, gnu::cold]] inline void report_bug(const char* what,
                                               std::initializer_list<NamedNumber> numbers) noexcept {
  ::dprintf(STDERR_FILENO, "prong: a bug in Prong: %s", what);
  for (const NamedNumber& number : numbers)
    ::dprintf(STDERR_FILENO, "; %s %" PRIu64, number.name, number.value);
  ::dprintf(STDERR_FILENO, "\n");
  std::abort();
}

// Not a macro: the condition is always evaluated, and always checked.
inline void assert_that(bool holds, const char* what, std::initializer_list<NamedNumber> numbers) noexcept {
  if (!holds) [[unlikely]]
    report_bug(what, numbers);
}

}  // namespace prong
