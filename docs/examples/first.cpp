// The first program of docs/embedding.md.
#include <prong/prong.hpp>

#include <cstdio>
#include <vector>

int main() {
  prong::Pool pool{prong::Registry{}};
  const std::vector<double> xs{1, 2, 3};
  for (const double y : pool.map<double>("examples.square", xs))
    std::printf("%g\n", y);
}
