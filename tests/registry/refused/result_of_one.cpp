// prong: the first parameter of a result function is std::span<const T> or prong::AllResults<T>, all results
// of the map
#include <prong/registry.hpp>

void define(prong::Registry& functions) {
  functions.define_result("f", [](double x) { return x; });
}
