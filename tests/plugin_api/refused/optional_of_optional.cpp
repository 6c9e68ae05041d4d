// prong: an optional of null or of an optional says twice what null means
#include <prong/plugin.hpp>

namespace stats {

bool square(std::optional<std::optional<double>> x) { return x.has_value(); }

}  // namespace stats

PRONG_MAP(stats, square, "", x)
