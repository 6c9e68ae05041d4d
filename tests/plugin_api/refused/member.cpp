// prong: a plugin's function is an ordinary function; this is a member of a class
#include <prong/plugin.hpp>

namespace stats {

struct Squarer {
  double square(double x) { return x * x; }
};

}  // namespace stats

PRONG_MAP(stats::Squarer, square, "", x)
