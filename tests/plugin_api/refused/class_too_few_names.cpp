// prong: PRONG_MAP_CLASS names the item, then every parameter of the constructor
#include <prong/plugin.hpp>

namespace stats {

struct Power {
  explicit Power(double exponent);
  double operator()(double x) { return x; }
};

}  // namespace stats

PRONG_MAP_CLASS(stats, power, Power(double), "", x)
