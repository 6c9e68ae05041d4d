// prong: a plugin's function is one function; this name is overloaded or a template
#include <prong/plugin.hpp>

namespace stats {

template <class T>
T square(T x) {
  return x * x;
}

}  // namespace stats

PRONG_MAP(stats, square, "", x)
