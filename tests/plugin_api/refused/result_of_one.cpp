// prong: the first parameter of a result function is std::span<const T>
#include <prong/plugin.hpp>

namespace stats {

double report(double x) { return x; }

}  // namespace stats

PRONG_RESULT(stats, square, report, "", x)
