// prong: nothing would own the elements of a std::span that is read from a list; use std::vector
#include <prong/prong.hpp>

int main() {
  prong::Pool pool{prong::Registry{}};
  static_cast<void>(pool.map<std::span<const double>>("stats.all", std::vector<double>{1}));
}
