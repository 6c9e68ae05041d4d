// prong: no path names what is anonymous or local, an operator, a lambda or of a template
#include <prong/registry.hpp>

template <class T>
struct Box {
  static double square(double x) { return x * x; }
};

void define(prong::Registry& functions) {
  functions.make_context_functions(
      prong::function<&Box<int>::square>, [](auto) { return [](double x) { return x; }; },
      [](auto) { return [](std::span<const double> all) { return all.size(); }; });
}
