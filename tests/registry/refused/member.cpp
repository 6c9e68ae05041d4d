// prong: context functions are made of an ordinary function, as prong::function<&stats::square>
#include <prong/registry.hpp>

struct Tools {
  double square(double x) { return x * x; }
};

void define(prong::Registry& functions) {
  functions.make_context_functions(
      prong::function<&Tools::square>, [](auto) { return [](double x) { return x; }; },
      [](auto) { return [](std::span<const double> all) { return all.size(); }; });
}
