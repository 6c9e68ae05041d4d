// prong: PRONG_MAP names every parameter of its function
#include <prong/plugin.hpp>

namespace stats {

double square(double x) { return x * x; }

}  // namespace stats

PRONG_MAP_PURE(stats, square, "x squared")
