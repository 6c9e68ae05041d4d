// prong: a function takes at least one parameter
#include <prong/registry.hpp>

void define(prong::Registry& functions) {
  functions.define("f", [] { return 1.0; });
}
