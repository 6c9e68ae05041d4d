// The module `acme.stats`: a plugin of the project's own.
#include <prong/plugin.hpp>

namespace acme::stats {

double cube(double x) { return x * x * x; }

}  // namespace acme::stats

PRONG_MODULE(acme::stats, "Cubes", "1.0.0", "MIT")
PRONG_MAP_PURE(acme::stats, cube, "x cubed", x)
