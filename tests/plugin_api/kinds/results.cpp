// Result functions of the module tests.kinds.
#include "point.hpp"

#include <numeric>
#include <stdexcept>

namespace tests::kinds {

double sum(std::span<const double> all) { return std::accumulate(all.begin(), all.end(), 0.0); }

double weighted_sum(std::span<const double> all, double weight, const std::string& sign) {
  return (sign == "minus" ? -1 : 1) * weight * sum(all);
}

std::uint64_t address(std::span<const std::int32_t> all) {
  return reinterpret_cast<std::uint64_t>(all.data());
}

std::uint64_t visible(std::span<const Point> all) {
  std::uint64_t count = 0;
  for (const Point& point : all)
    count += point.is_visible;
  return count;
}

std::string join(std::span<const std::string_view> all) {
  std::string joined;
  for (const std::string_view text : all)
    joined += text;
  return joined;
}

void refuse(std::span<const bool> all) {
  throw std::length_error("refused " + std::to_string(all.size()) + " results");
}

}  // namespace tests::kinds

PRONG_RESULT(tests::kinds, square, sum, "the sum")
PRONG_RESULT(tests::kinds, weigh, weighted_sum, "", all, weight, sign)
PRONG_RESULT(tests::kinds, halve, address, "")
PRONG_RESULT(tests::kinds, mirror, visible, "")
PRONG_RESULT(tests::kinds, twice, join, "")
PRONG_RESULT(tests::kinds, negate, refuse, "", all)
