// prong: a parameter is a value or a const reference
#include <prong/plugin.hpp>

namespace stats {

struct Square {
  double operator()(double& x) { return x; }
};

}  // namespace stats

PRONG_MAP_CLASS(stats, square, Square, "", x)
