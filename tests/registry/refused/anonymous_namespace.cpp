// prong: no path names what is anonymous or local, an operator, a lambda or of a template
#include <prong/registry.hpp>

namespace {
double square(double x) { return x * x; }
}  // namespace

void define(prong::Registry& functions) {
  functions.make_context_functions(
      prong::function<&square>, [](auto) { return [](double x) { return x; }; },
      [](auto) { return [](std::span<const double> all) { return all.size(); }; });
}
