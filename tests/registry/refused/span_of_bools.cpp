// prong: nothing can hold the elements of a std::span<const bool>; use std::vector<bool>
#include <prong/registry.hpp>

void define(prong::Registry& functions) {
  functions.define("f", [](std::span<const bool>) {});
}
