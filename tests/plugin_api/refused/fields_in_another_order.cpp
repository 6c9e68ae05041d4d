// prong: PRONG_STRUCT(Point, ...) lists every field, in the order of their declaration
#include <prong/plugin.hpp>

namespace stats {

struct Point {
  double x, y;
};
PRONG_STRUCT(Point, y, x)

}  // namespace stats
