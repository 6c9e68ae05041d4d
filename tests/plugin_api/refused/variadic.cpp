// has C's `...`
#include <prong/plugin.hpp>

namespace stats {

double square(double x, ...) { return x * x; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
