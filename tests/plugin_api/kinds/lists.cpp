// Map functions of the module tests.kinds over values that travel as MessagePack.
#include "shapes.hpp"

#include <numeric>
#include <stdexcept>

namespace tests::kinds {

double mean(std::span<const double> values) {
  if (values.empty()) throw std::domain_error("no values have no mean");
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

Person older(Person person, std::int32_t years) {
  if (person.age) *person.age += years;
  return person;
}

std::optional<std::uint64_t> position(const std::string& needle, const std::vector<std::string>& haystack) {
  const auto found = std::ranges::find(haystack, needle);
  if (found == haystack.end()) return std::nullopt;
  return static_cast<std::uint64_t>(found - haystack.begin());
}

std::uint64_t count_true(const std::vector<bool>& values) {
  return static_cast<std::uint64_t>(std::ranges::count(values, true));
}

prong::Any same(prong::Any value) { return value; }

std::map<std::string, std::uint32_t> sizes(const std::map<std::string, std::vector<std::byte>>& parts) {
  std::map<std::string, std::uint32_t> all;
  for (const auto& [name, bytes] : parts)
    all[name] = static_cast<std::uint32_t>(bytes.size());
  return all;
}

double scale(double x, std::span<const double> factors, const std::optional<Person>& who) {
  return std::accumulate(factors.begin(), factors.end(), x, std::multiplies<>()) * (who ? -1 : 1);
}

}  // namespace tests::kinds

PRONG_MAP(tests::kinds, mean, "", values)
PRONG_MAP_PURE(tests::kinds, words, "", text)
PRONG_MAP(tests::kinds, older, "", person, years)
PRONG_MAP(tests::kinds, position, "", needle, haystack)
PRONG_MAP(tests::kinds, count_true, "", values)
PRONG_MAP(tests::kinds, same, "", value)
PRONG_MAP(tests::kinds, sizes, "", parts)
PRONG_MAP(tests::kinds, scale, "", x, factors, who)
