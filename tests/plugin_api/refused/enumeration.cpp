// prong: an enumeration has no signature
#include <prong/plugin.hpp>

namespace stats {

enum class Color { red };

bool square(Color x) { return x == Color::red; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
