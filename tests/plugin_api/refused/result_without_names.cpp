// prong: PRONG_RESULT names every parameter of its function when some are bound
#include <prong/plugin.hpp>

namespace stats {

double report(std::span<const double> all, double weight) { return all[0] * weight; }

}  // namespace stats

PRONG_RESULT(stats, square, report, "")
