// prong: a plugin's function is one function; this name is overloaded or a template
#include <prong/plugin.hpp>

namespace stats {

double square(double x) { return x * x; }
float square(float x) { return x * x; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
