// prong: PRONG_STRUCT(stats::Point, ...) stands in the namespace of its struct
#include <prong/plugin.hpp>

namespace stats {

struct Point {
  double x, y;
};

}  // namespace stats

PRONG_STRUCT(stats::Point, x, y)
