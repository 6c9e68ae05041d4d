// Map functions with result functions that tell what reached them.
#include "shapes.hpp"

#include <prong/plugin.hpp>

#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <utility>

namespace echoes {

namespace {

// Each result with the index of the item that it is the result of.
template <class T, class Value>
std::vector<std::pair<std::uint64_t, Value>> located(const prong::Results<T>& results) {
  std::vector<std::pair<std::uint64_t, Value>> all;
  for (std::size_t i = 0; i < results.size(); ++i)
    all.emplace_back(results.index(i), results[i]);
  return all;
}

}  // namespace

// Raw results.
std::int64_t even(std::int64_t x) {
  if (x % 2 != 0) throw std::domain_error("odd");
  return x;
}
std::vector<std::pair<std::uint64_t, std::int64_t>> locate_even(prong::Results<std::int64_t> results) {
  return located<std::int64_t, std::int64_t>(results);
}

// The same as one array.
Point even_point(std::int32_t x) { return {0.5, static_cast<std::int32_t>(even(x))}; }
std::vector<std::int32_t> list_points(std::span<const Point> results) {
  std::vector<std::int32_t> all;
  for (const Point& point : results)
    all.push_back(point.y);
  return all;
}

// Results that are views.
std::string word(const std::string& text) {
  if (text.empty()) throw std::invalid_argument("no word");
  return text;
}
std::vector<std::pair<std::uint64_t, std::string>> locate_words(prong::Results<std::string_view> results) {
  return located<std::string_view, std::string>(results);
}

// Results in MessagePack; every argument but the first is bound, `shape` to both functions.
std::vector<std::string> repeat(const std::string& text, std::uint8_t times, const Shape& shape) {
  if (text.empty()) throw std::invalid_argument("nothing to repeat");
  return std::vector<std::string>(times, text + shape.name);
}
using Story = std::tuple<std::vector<std::pair<std::uint64_t, std::vector<std::string>>>,
                         std::vector<std::string>, std::string, Shape, prong::Any>;
Story tell(prong::Results<std::vector<std::string>> results, const std::vector<std::string>& list,
           const std::string& text, const Shape& shape, const prong::Any& any) {
  return {located<std::vector<std::string>, std::vector<std::string>>(results), list, text, shape, any};
}

// `x` is the item of one function and an argument of the other; `factor` the other way round.
double times(double x, double factor) { return x * factor; }
double sum_from(std::span<const double> factor, double x) {
  for (const double value : factor)
    x += value;
  return x;
}

// Where a result function runs, and whether it does.
std::int32_t process(std::int32_t) { return ::getpid(); }
std::pair<std::int32_t, bool> leave_mark(std::span<const std::int32_t> workers, const std::string& file) {
  if (!file.empty()) std::ofstream{file} << "called\n";
  return {::getpid(), std::ranges::count(workers, ::getpid()) > 0};
}
std::string fail_if_empty(const std::string& text) { return word(text); }
std::string leave_mark_too(prong::Results<std::string> results, const std::string& file) {
  std::ofstream{file} << "called\n";
  return std::to_string(results.size());
}

// Without a result function, and with one of another type. They tell that they were called.
std::string touch(const std::string& file) {
  std::ofstream{file} << "called\n";
  return file;
}
std::string mismatched(const std::string& file) { return touch(file); }
double take_numbers(std::span<const double> numbers) { return static_cast<double>(numbers.size()); }

// Nothing to tell.
std::vector<double> checked(std::vector<double> numbers) { return numbers; }
void check(prong::Results<std::vector<double>> all, double least) {
  for (const std::vector<double>& numbers : all) {
    for (const double number : numbers) {
      if (number < least) throw std::range_error("one is too small");
    }
  }
}

}  // namespace echoes

PRONG_MAP(echoes, even, "x, if it is even", x)
PRONG_RESULT(echoes, even, locate_even, "Each result with its item's index")
PRONG_MAP(echoes, even_point, "A point at x, if it is even", x)
PRONG_RESULT(echoes, even_point, list_points, "Where the points are")
PRONG_MAP(echoes, word, "The text, unless it is empty", text)
PRONG_RESULT(echoes, word, locate_words, "Each result with its item's index")
PRONG_MAP(echoes, repeat, "The text and the shape's name, so often", text, times, shape)
PRONG_RESULT(echoes, repeat, tell, "Everything that it got", results, list, text, shape, any)
PRONG_MAP(echoes, times, "The product", x, factor)
PRONG_RESULT(echoes, times, sum_from, "The sum from x on", factor, x)
PRONG_MAP(echoes, process, "The worker", x)
PRONG_RESULT(echoes, process, leave_mark, "Its own process, and whether it is one of them", workers, file)
PRONG_MAP(echoes, fail_if_empty, "The text, unless it is empty", text)
PRONG_RESULT(echoes, fail_if_empty, leave_mark_too, "How many there are", results, file)
PRONG_MAP(echoes, touch, "Writes a file", file)
PRONG_MAP(echoes, mismatched, "Writes a file", file)
PRONG_RESULT(echoes, mismatched, take_numbers, "Takes something else")
PRONG_MAP(echoes, checked, "The numbers", numbers)
PRONG_RESULT(echoes, checked, check, "Nothing, unless a number is too small", all, least)
