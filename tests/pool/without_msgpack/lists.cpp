// needs msgpack-cxx (Debian: libmsgpack-cxx-dev)
#include <prong/prong.hpp>

int main() {
  prong::Pool pool{prong::Registry{}};
  return static_cast<int>(pool.map<std::vector<double>>("text.words", std::vector<double>{1}).size());
}
