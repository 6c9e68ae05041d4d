// The module `needs_library`: innocent, but linked with a library that may be missing.
#include <prong/plugin.hpp>

double prong_test_twice(double x);

namespace needs_library {
double twice(double x) { return prong_test_twice(x); }
}  // namespace needs_library

PRONG_MODULE(needs_library, "Needs a library", "1.0.0", "MIT")
PRONG_MAP(needs_library, twice, "twice x", x)
