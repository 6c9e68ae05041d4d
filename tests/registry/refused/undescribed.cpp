// prong: this type has no signature; describe a struct with PRONG_STRUCT(type, fields...)
#include <prong/registry.hpp>

struct Point {
  double x;
};

void define(prong::Registry& functions) {
  functions.define("f", [](double x) { return Point{x}; });
}
