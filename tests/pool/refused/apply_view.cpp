// prong: apply returns a value; a view would point into what is gone
#include <prong/prong.hpp>

int main() {
  prong::Pool pool{prong::Registry{}};
  static_cast<void>(pool.apply<std::vector<std::string_view>>("text.words", "a b"));
}
