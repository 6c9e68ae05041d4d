// prong: run returns a value; a view would point into what is gone
#include <prong/prong.hpp>

int main() {
  prong::Pool pool{prong::Registry{}};
  static_cast<void>(pool.run<std::optional<std::string_view>>("text.count", std::vector<double>{1}));
}
