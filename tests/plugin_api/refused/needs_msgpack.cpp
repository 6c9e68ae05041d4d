// prong: this function's values need MessagePack
#include <prong/plugin.hpp>

namespace stats {

double square(const std::vector<double>& x) { return x[0]; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
