// prong: a function takes at least one parameter
#include <prong/plugin.hpp>

namespace stats {

double square() { return 4; }

}  // namespace stats

PRONG_MAP(stats, square, "")
