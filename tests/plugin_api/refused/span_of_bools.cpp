// prong: nothing can hold the elements of a std::span<const bool>
#include <prong/plugin.hpp>

namespace stats {

double square(std::span<const bool> x) { return x[0]; }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
