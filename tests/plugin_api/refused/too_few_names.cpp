// prong: PRONG_MAP names every parameter of its function
#include <prong/plugin.hpp>

namespace stats {

double power(double base, double exponent) { return base + exponent; }

}  // namespace stats

PRONG_MAP(stats, power, "", base)
