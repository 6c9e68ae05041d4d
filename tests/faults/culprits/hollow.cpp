// The module `hollow`: many functions, and a constructor that takes as long as the environment says. Tests
// change its notes, so that they describe functions that are not there.
#include <prong/plugin.hpp>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace hollow {

namespace {

const struct Pause {
  Pause() {
    const char* milliseconds = std::getenv("PRONG_TEST_PAUSE_MS");
    if (milliseconds != nullptr)
      std::this_thread::sleep_for(std::chrono::milliseconds{std::atoi(milliseconds)});
  }
} pause;

}  // namespace

#define ONE(name) \
  double name(double x) { return x; }
#define TEN(name) \
  ONE(name##0)    \
  ONE(name##1)    \
  ONE(name##2) ONE(name##3) ONE(name##4) ONE(name##5) ONE(name##6) ONE(name##7) ONE(name##8) ONE(name##9)
TEN(f0) TEN(f1) TEN(f2) TEN(f3) TEN(f4) TEN(f5) TEN(f6) TEN(f7) TEN(f8) TEN(f9) TEN(fa) TEN(fb)
#undef ONE

}  // namespace hollow

PRONG_MODULE(hollow, "Promises more than it has", "1.0.0", "MIT")
#define ONE(name) PRONG_MAP(hollow, name, "the same number", x)
TEN(f0) TEN(f1) TEN(f2) TEN(f3) TEN(f4) TEN(f5) TEN(f6) TEN(f7) TEN(f8) TEN(f9) TEN(fa) TEN(fb)
