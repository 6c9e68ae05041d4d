// prong: a parameter is a value or a const reference
#include <prong/registry.hpp>

void define(prong::Registry& functions) {
  functions.define("f", [](double& x) { return x; });
}
