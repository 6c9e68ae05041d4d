// The floating-point environment in which every task begins: rounding mode, masks, flags.
#pragma once

#include <cfenv>
#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace prong::worker {

// That of the thread that makes it.
class FloatEnvironment {
 public:
  FloatEnvironment() noexcept { std::fegetenv(&whole_); }

  // For the same thread.
  void restore() const noexcept {
#if defined(__x86_64__)
    // Nearly all code leaves the x87 alone, and setting that takes longer than a small task.
    _mm_setcsr(whole_.__mxcsr);
    if (x87_is_as_it_was()) return;
#endif
    std::fesetenv(&whole_);
  }

 private:
#if defined(__x86_64__)
  // In what std::fesetenv() would set: the control word, and the flags.
  [[nodiscard]] bool x87_is_as_it_was() const noexcept {
    std::uint16_t control = 0;
    std::uint16_t status = 0;
    __asm__ volatile("fnstcw %0\n\tfnstsw %1" : "=m"(control), "=a"(status));
    return control == whole_.__control_word && ((status ^ whole_.__status_word) & FE_ALL_EXCEPT) == 0;
  }
#endif

  std::fenv_t whole_;
};

}  // namespace prong::worker
