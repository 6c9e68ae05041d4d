// prong: no path names what is anonymous or local, an operator, a lambda or of a template
#include <prong/registry.hpp>

struct Point {};
inline Point operator-(Point p) { return p; }

void define(prong::Registry& functions) {
  functions.make_context_functions(
      prong::function<static_cast<Point (*)(Point)>(&operator-)>,
      [](auto) { return [](double x) { return x; }; },
      [](auto) { return [](std::span<const double> all) { return all.size(); }; });
}
