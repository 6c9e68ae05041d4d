// Result functions of the module tests.kinds.
#include "point.hpp"
#include "shapes.hpp"

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

// The oldest of each name, with the index of the item that it was.
std::map<std::string, std::pair<std::int32_t, std::uint64_t>> oldest(
    const prong::Results<Person>& all, const std::vector<std::string>& ignored) {
  std::map<std::string, std::pair<std::int32_t, std::uint64_t>> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Person person = all[i];
    if (!person.age || std::ranges::count(ignored, person.name) > 0) continue;
    auto& best = found[person.name];
    if (*person.age > best.first) best = {*person.age, all.index(i)};
  }
  return found;
}

// Every way to walk: an algorithm that needs random access, backwards, an offset.
bool is_sorted(prong::Results<std::pair<std::uint64_t, std::int32_t>> all) {
  const auto first = [](const auto& pair) { return pair.first; };
  if (!std::ranges::is_sorted(all, {}, first) || all.end() - all.begin() != std::ssize(all)) return false;
  auto at = all.end();
  for (std::size_t i = all.size(); i-- > 0;) {
    if (*--at != all[i] || all.begin()[std::ptrdiff_t(i)] != all[i]) return false;
  }
  return at == all.begin();
}

std::string last(prong::Results<std::string_view> all) {
  return all.empty() ? "none"
                     : std::string(*(all.end() - 1)) + "@" + std::to_string(all.index(all.size() - 1));
}

std::uint64_t longest(std::span<const std::vector<std::string_view>> all) {
  std::uint64_t count = 0;
  for (const auto& words : all)
    count = std::max<std::uint64_t>(count, words.size());
  return count;
}

}  // namespace tests::kinds

PRONG_RESULT(tests::kinds, square, sum, "the sum")
PRONG_RESULT(tests::kinds, weigh, weighted_sum, "", all, weight, sign)
PRONG_RESULT(tests::kinds, halve, address, "")
PRONG_RESULT(tests::kinds, mirror, visible, "")
PRONG_RESULT(tests::kinds, twice, join, "")
PRONG_RESULT(tests::kinds, negate, refuse, "", all)
PRONG_RESULT(tests::kinds, older, oldest, "", people, ignored)
PRONG_RESULT(tests::kinds, tally, is_sorted, "")
PRONG_RESULT(tests::kinds, prefixed, last, "", all)
PRONG_RESULT(tests::kinds, words, longest, "")
