// prong: define takes a function or an object with one operator() that is no template, nor has auto
#include <prong/registry.hpp>

double square(double x) { return x * x; }

void define(prong::Registry& functions) {
  functions.make_context_functions(
      prong::function<&square>, [](auto f) { return [f](auto x) { return f(x); }; },
      [](auto) { return [](std::span<const double> all) { return all.size(); }; });
}
