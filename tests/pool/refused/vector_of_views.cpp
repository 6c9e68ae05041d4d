// prong: views of results last as long as the Results: give these a name
#include <prong/prong.hpp>

int main() {
  prong::Pool pool{prong::Registry{}};
  const std::vector<std::string_view> upper =
      pool.map<std::string_view>("examples.upper", std::vector<double>{1});
}
