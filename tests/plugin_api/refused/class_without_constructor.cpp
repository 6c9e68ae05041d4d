// prong: the class has no such constructor
#include <prong/plugin.hpp>

namespace stats {

struct Power {
  explicit Power(std::string name);
  double operator()(double x) { return x; }
};

}  // namespace stats

PRONG_MAP_CLASS(stats, power, Power, "", x)
