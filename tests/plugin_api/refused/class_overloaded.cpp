// prong: PRONG_MAP_CLASS takes a class with one operator()
#include <prong/plugin.hpp>

namespace stats {

struct Square {
  double operator()(double x) { return x * x; }
  float operator()(float x) { return x * x; }
};

}  // namespace stats

PRONG_MAP_CLASS(stats, square, Square, "", x)
