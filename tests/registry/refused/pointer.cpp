// prong: a pointer cannot travel to another process; pass a value, std::string or std::span
#include <prong/registry.hpp>

void define(prong::Registry& functions) {
  functions.define("f", [](const double* x) { return *x; });
}
