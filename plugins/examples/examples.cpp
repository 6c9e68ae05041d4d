// The module `examples`: small functions to try Prong with, and the file to start a plugin of your own from.
#include <prong/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

// The functions are ordinary C++ and know nothing of Prong.
namespace examples {

double square(double x) { return x * x; }

double cube(double x) { return x * x * x; }

// An exception fails the item that threw it; the other items go on.
double sqrt(double x) {
  if (x < 0) throw std::domain_error("a negative number has no real square root");
  return std::sqrt(x);
}

// Written to every character, changed or not: a loop without branches is one that compilers vectorise.
std::string upper(std::string text) {
  for (char& c : text)
    c = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

double hypot(double x, double y) { return std::hypot(x, y); }

double power(double base, double exponent) { return std::pow(base, exponent); }

double slow(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  return seconds;
}

// A crash ends the worker, and fails this item alone. Both volatiles make compilers do what is written here,
// and the attribute makes sanitizers let it happen.
__attribute__((no_sanitize("undefined"))) double crash(double x) {
  volatile double* volatile nowhere = nullptr;
  if (x != 0) *nowhere = x;
  return x;
}

// A result function gets the results of all items at once. One function can serve several map functions.
std::string report(std::span<const double> results) {
  constexpr std::size_t shown_max = 20;
  constexpr int digits = 15;  // so that whole numbers look whole
  std::ostringstream out;
  out.precision(digits);
  out << prong::current_call().function() << " returned [";
  for (std::size_t i = 0; i < std::min(results.size(), shown_max); ++i)
    out << (i > 0 ? ", " : "") << results[i];
  if (results.size() > shown_max) out << ", … " << results.size() << " values";
  out << ']';
  return out.str();
}

}  // namespace examples

// These lines make a plugin of them. The names after a description are those of the function's parameters.
PRONG_MODULE(examples, "Small functions to try Prong with", "1.0.0", "MIT")

PRONG_MAP_PURE(examples, square, "x squared", x)
PRONG_MAP_PURE(examples, cube, "x cubed", x)
PRONG_MAP(examples, sqrt, "The square root of x; fails when x is negative", x)
PRONG_MAP(examples, upper, "The text with a to z as A to Z", text)
PRONG_MAP(examples, hypot, "The length of the hypotenuse over x and y", x, y)
PRONG_MAP(examples, power, "base to the power of exponent", base, exponent)
PRONG_MAP(examples, slow, "Sleeps, then returns for how many seconds", seconds)
PRONG_MAP(examples, crash, "Writes to address 0, unless x is 0", x)

PRONG_RESULT(examples, square, report, "The results as one line of text")
PRONG_RESULT(examples, cube, report, "The results as one line of text")
