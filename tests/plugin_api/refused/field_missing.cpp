// prong: PRONG_STRUCT(Point, ...) lists every field, in the order of their declaration
#include <prong/plugin.hpp>

namespace stats {

struct Point {
  double x;
  float y, z;
};
PRONG_STRUCT(Point, x, y)

}  // namespace stats
