// prong: a plugin's function is an ordinary function; this is a member of a class, a variable
#include <prong/plugin.hpp>

namespace stats {

double square = 4;

}  // namespace stats

PRONG_MAP(stats, square, "", x)
