// prong: PRONG_STRUCT(Point, ...) lists every field, in the order of their declaration
#include <prong/plugin.hpp>

namespace stats {

struct Point {
  bool is_visible, is_near;
  double x;
};
PRONG_STRUCT(Point, is_visible, x)

}  // namespace stats
