// The module `resolves_nothing`: the dynamic linker asks it which function is meant, and crashes by that.
#include <prong/plugin.hpp>

extern "C" {
using Function = double (*)(double);
__attribute__((no_sanitize("address", "thread", "undefined"))) Function choose() { __builtin_trap(); }
double chosen(double) __attribute__((ifunc("choose")));
}

namespace resolves_nothing {

double same(double x) { return chosen(x); }

}  // namespace resolves_nothing

PRONG_MODULE(resolves_nothing, "Crashes when it is linked", "1.0.0", "MIT")
PRONG_MAP(resolves_nothing, same, "x", x)
