// prong: this type has no signature; describe a struct with PRONG_STRUCT
#include <prong/plugin.hpp>

namespace stats {

struct Point {
  double x, y;
};

double square(const Point& x, double y) { return x.x * x.y * y; }

}  // namespace stats

PRONG_MAP(stats, square, "", x, y)
