// prong: long double has no signature
#include <prong/plugin.hpp>

namespace stats {

long double square(long double x) { return x * x; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
