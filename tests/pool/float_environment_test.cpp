// What one task leaves in the floating-point unit, the next one does not find.
#include "worker/float_environment.hpp"

#include <doctest/doctest.h>

#include <cfenv>
#include <limits>

namespace prong::worker {

TEST_CASE("rounding and flags are as they were") {
  std::fesetenv(FE_DFL_ENV);
  const FloatEnvironment environment;
  SUBCASE("nothing was changed") {}
  SUBCASE("a rounding mode") { std::fesetround(FE_UPWARD); }
  SUBCASE("a flag") { std::feraiseexcept(FE_DIVBYZERO | FE_INEXACT); }
#if defined(__x86_64__)
  SUBCASE("the rounding of SSE alone") { _mm_setcsr(_mm_getcsr() | 0x6000U); }
  SUBCASE("denormal numbers as zero") { _mm_setcsr(_mm_getcsr() | 0x8040U); }
  SUBCASE("the precision of the x87") {
    const std::uint16_t single = 0x007f;
    __asm__ volatile("fldcw %0" : : "m"(single));
  }
#endif
  environment.restore();
  volatile long double third = 1;
  third = third / 3;
  CHECK(third == 1.0L / 3);
  volatile double least = std::numeric_limits<double>::denorm_min();
  CHECK(least * 2 > 0);
  environment.restore();
  CHECK(std::fegetround() == FE_TONEAREST);
  CHECK(std::fetestexcept(FE_ALL_EXCEPT) == 0);
}

}  // namespace prong::worker
