// Symbols, against the demangler and against functions that the compiler itself has mangled.
#include "names/symbols.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

struct prong_batch;

#define EXPORTED __attribute__((visibility("default"), used))

// Names that the mangling could shorten or confuse: std, digits at the end, one name inside itself.
namespace mapfn::stats {
EXPORTED ::std::int32_t square(const prong_batch*) { return 1; }
}  // namespace mapfn::stats
namespace mapfn::acme::stats {
EXPORTED ::std::int32_t square(const prong_batch*) { return 2; }
}  // namespace mapfn::acme::stats
namespace mapfn::std::mapfn {
EXPORTED ::std::int32_t mapfn(const prong_batch*) { return 3; }
}  // namespace mapfn::std::mapfn
namespace mapfn::_a1::prong_batch2 {
EXPORTED ::std::int32_t a_rather_long_name_1(const prong_batch*) { return 4; }
}  // namespace mapfn::_a1::prong_batch2
namespace resultfn::stats {
EXPORTED ::std::int32_t square(const prong_batch*) { return 5; }
}  // namespace resultfn::stats

using namespace prong::names;

namespace {

std::string demangle(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : "status " + std::to_string(status);
}

std::int32_t call(const std::string& symbol) {
  using Function = std::int32_t(const prong_batch*);
  auto* const address = dlsym(RTLD_DEFAULT, symbol.c_str());
  REQUIRE_MESSAGE(address != nullptr, symbol);
  return reinterpret_cast<Function*>(address)(nullptr);
}

std::string random_identifier(std::mt19937& random) {
  const std::string letters = "abcxyzABCXYZ_0123456789";
  std::string name(1 + random() % 40, 'a');
  for (std::size_t i = 1; i < name.size(); ++i)
    name[i] = letters[random() % letters.size()];
  return name;
}

}  // namespace

TEST_CASE("the symbol of the design") {
  CHECK(map_symbol({"acme.stats", "square"}) == "_ZN5mapfn4acme5stats6squareEPK11prong_batch");
  CHECK(result_symbol({"stats", "square"}) == "_ZN8resultfn5stats6squareEPK11prong_batch");
}

TEST_CASE("the compiler gives the same symbols") {
  CHECK(call(map_symbol({"stats", "square"})) == 1);
  CHECK(call(map_symbol({"acme.stats", "square"})) == 2);
  CHECK(call(map_symbol({"std.mapfn", "mapfn"})) == 3);
  CHECK(call(map_symbol({"_a1.prong_batch2", "a_rather_long_name_1"})) == 4);
  CHECK(call(result_symbol({"stats", "square"})) == 5);
}

TEST_CASE("the demangler reads every symbol as the function's name") {
  constexpr unsigned seed = 20240612;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    std::string path = random_identifier(random), spelled = path;
    for (auto more = random() % 4; more > 0; --more) {
      const std::string segment = random_identifier(random);
      path += '.' + segment;
      spelled += "::" + segment;
    }
    const std::string function = random_identifier(random);
    REQUIRE(demangle(map_symbol({path, function})) ==
            "mapfn::" + spelled + "::" + function + "(prong_batch const*)");
    REQUIRE(demangle(result_symbol({path, function})) ==
            "resultfn::" + spelled + "::" + function + "(prong_batch const*)");
  }
}

TEST_CASE("a dynamic function has no symbol") {
  CHECK_THROWS_AS(static_cast<void>(map_symbol({"", "triple"})), std::invalid_argument);
}
