// A host that needs no msgpack-cxx: raw values and views in every typed call.
#include <prong/prong.hpp>

#if __has_include(<msgpack/pack.hpp>)
#error "the test's headers are to lack msgpack-cxx"
#endif

int main() {
  prong::Pool pool{prong::Registry{}};
  const std::vector<double> xs{1, 2};
  const auto squares = pool.map<double>("examples.square", xs, {.bound = {prong::bind("name", "text")}});
  const auto outcomes = pool.map_outcomes<std::string_view>("examples.upper", std::vector<std::string>{"a"});
  const auto length = pool.apply<double>("examples.hypot", 3.0, 4.0);
  const auto text = pool.run<std::string>("examples.square", xs);
  return static_cast<int>(squares.size() + outcomes.size() + text.size()) + static_cast<int>(length);
}
