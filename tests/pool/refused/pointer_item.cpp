// prong: a pointer cannot travel to another process; pass a value, std::string or std::span
#include <prong/prong.hpp>

int main() {
  prong::Pool pool{prong::Registry{}};
  static_cast<void>(pool.map<double>("examples.square", std::vector<double*>{}));
}
