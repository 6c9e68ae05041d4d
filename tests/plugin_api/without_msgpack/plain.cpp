// A plugin that needs no msgpack-cxx: raw values and views, a class, both kinds of result functions.
#include <prong/plugin.hpp>

#if __has_include(<msgpack/pack.hpp>)
#error "the test's headers are to lack msgpack-cxx"
#endif

namespace plain {

double square(double x) { return x * x; }

struct Longer {
  std::uint64_t size = 0;

  explicit Longer(std::string_view than) : size(than.size()) {}
  bool operator()(std::string_view text) const { return text.size() > size; }
};

double first(prong::Results<double> all) { return all[0]; }
std::string_view middle(std::span<const std::string_view> all) { return all[all.size() / 2]; }

}  // namespace plain

PRONG_MODULE(plain, "", "1.0.0", "MIT")
PRONG_MAP(plain, square, "", x)
PRONG_RESULT(plain, square, first, "")
PRONG_RESULT(plain, upper, middle, "")
