// prong: PRONG_MAP and PRONG_RESULT lines stand in the global namespace
#include <prong/plugin.hpp>

namespace stats {

double square(double x) { return x * x; }

PRONG_MAP(stats, square, "", x)

}  // namespace stats
