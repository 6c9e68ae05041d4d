// Map functions over raw values of the module tests.kinds.
#include "point.hpp"

#include <stdexcept>

namespace tests::kinds {

double square(double x) { return x * x; }

std::int32_t halve(std::int32_t x) {
  if (x % 2 != 0) throw std::invalid_argument("odd: " + std::to_string(x));
  return x / 2;
}

double weigh(std::int8_t count, const double& weight, bool is_negative) noexcept {
  return (is_negative ? -1 : 1) * count * weight;
}

bool negate(bool value) { return !value; }

Point mirror(const Point& point) { return {point.y, point.x, !point.is_visible}; }

void ignore(float /*value*/) {}

std::pair<std::uint8_t, std::int64_t> both(std::int64_t value) {
  return {static_cast<std::uint8_t>(value), value};
}

}  // namespace tests::kinds

PRONG_MODULE(tests::kinds, "Every kind of function", "1.2.3", "MIT")
PRONG_MAP_PURE(tests::kinds, square, "x squared", x)
PRONG_MAP_PURE(tests::kinds, halve, "half of an even x", x)
PRONG_MAP(tests::kinds, weigh, "", count, weight, is_negative)
PRONG_MAP_PURE(tests::kinds, negate, "", value)
PRONG_MAP(tests::kinds, mirror, "", point)
PRONG_MAP(tests::kinds, ignore, "", value)
PRONG_MAP(tests::kinds, both, "", value)
