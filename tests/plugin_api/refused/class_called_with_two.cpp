// prong: PRONG_MAP_CLASS takes a class with one operator()
#include <prong/plugin.hpp>

namespace stats {

struct Square {
  double operator()(double x, double y) { return x * y; }
};

}  // namespace stats

PRONG_MAP_CLASS(stats, square, Square, "", x, y)
