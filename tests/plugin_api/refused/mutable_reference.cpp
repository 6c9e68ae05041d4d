// prong: a parameter is a value or a const reference
#include <prong/plugin.hpp>

namespace stats {

void square(double& x) { x *= x; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
