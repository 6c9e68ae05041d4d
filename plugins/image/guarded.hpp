// How libjpeg and libpng, which leave by longjmp, end in C++.
#pragma once

#include <array>
#include <csetjmp>
#include <cstdio>
#include <type_traits>

namespace image {

struct Jump {
  std::jmp_buf place;
  std::array<char, 256> what{};

  [[noreturn]] void leave(const char* text) {
    std::snprintf(what.data(), what.size(), "%s", text);
    std::longjmp(place, 1);
  }
};

// Runs `step`, calls of the library and nothing that has a destructor; false when the library left it, and
// jump.what says why. A jump crosses this function's frames and those of the library, where nothing is to be
// destroyed.
template <class Step>
[[nodiscard]] bool guarded(Jump& jump, Step step) {
  static_assert(std::is_trivially_destructible_v<Step>);
  if (setjmp(jump.place) != 0) return false;  // NOLINT: the libraries' own way
  step();
  return true;
}

}  // namespace image
