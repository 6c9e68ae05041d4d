// prong: character types have no signature
#include <prong/plugin.hpp>

namespace stats {

char square(char x) { return x; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
