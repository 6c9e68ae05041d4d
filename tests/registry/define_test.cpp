// What may be defined under which name, and what context functions are called.
#include "registry/catalogue.hpp"

#include <prong/error.hpp>
#include <prong/registry.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace outer {
double square(double x) { return x * x; }
float square(float x) { return x * x; }
int square(int x, const std::string& /*text*/, int (* /*callback*/)(const char*, ...)) { return x; }
namespace inner {
double square(double x) noexcept { return x * x; }
}  // namespace inner
struct Tools {
  static double square(double x) { return x * x; }
};
}  // namespace outer

double square_of_nowhere(double x) { return x * x; }

namespace prong::test {

namespace {

std::string fault_of(const std::function<void()>& definition) {
  try {
    definition();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

const auto same = [](double x) { return x; };
const auto sum = [](std::span<const double> all) { return all.size(); };

// Whatever the function, the definitions do without it.
template <auto pointer>
std::string context(Registry& functions, NamedFunction<pointer> named) {
  return functions.make_context_functions(named, [](auto) { return same; }, [](auto) { return sum; });
}

DynamicFunction dynamic(FunctionKind kind, std::string name) {
  DynamicFunction made;
  made.info.kind = kind;
  made.info.name = std::move(name);
  return made;
}

}  // namespace

TEST_CASE("names are printable, without a dot, and defined once for each kind") {
  Registry functions;
  for (const auto* name : {"f", "stats-_-square", "add one", "größer", "1"}) {
    CAPTURE(name);
    functions.define(name, same);
    functions.define_result(name, sum);
  }
  const auto fault = [&](const std::string& name) { return fault_of([&] { functions.define(name, same); }); };
  CHECK(fault("f") == "cannot define map function 'f': it is defined already");
  CHECK(fault_of([&] { functions.define_result("f", sum); }) ==
        "cannot define result function 'f': it is defined already");
  CHECK(fault("stats.square") ==
        "cannot define map function 'stats.square': names with a dot are those of plugins' functions");
  CHECK(fault(".") == "cannot define map function '.': names with a dot are those of plugins' functions");
  CHECK(fault("") == "cannot define map function '': the name of a function is empty");
  CHECK(fault("a\nb").find("'a\\x0ab' is not the name of a function: a control character at byte 1") !=
        std::string::npos);
  CHECK(fault("\xff").find("a byte that is not UTF-8 at byte 0") != std::string::npos);
  CHECK(fault(std::string(2000, 'x')).find("2000 bytes are too long") != std::string::npos);
}

TEST_CASE("names of parameters are identifiers, one for each, none twice") {
  Registry functions;
  const auto fault = [&](std::vector<std::string> names) {
    return fault_of(
        [&] { functions.define("power", [](double, double) {}, {.parameters = std::move(names)}); });
  };
  CHECK(fault({"x"}) ==
        "cannot define map function 'power': it has 2 parameters, and 1 names are given for them");
  CHECK(fault({"x", "x"}) == "cannot define map function 'power': two parameters have the name 'x'");
  CHECK(fault({"x", "a,b"}) ==
        "cannot define map function 'power': 'a,b' is not the name of a parameter: names are identifiers");
  CHECK(fault({"x", ""}) != "none");
  CHECK(fault_of([&] { functions.define_result("all", sum, {.pure = true}); }) ==
        "cannot define result function 'all': only map functions are pure");
  CHECK(fault({"base", "exponent"}) == "none");
}

TEST_CASE("context functions are named after the path of their function") {
  Registry functions;
  CHECK(context(functions, function<&outer::inner::square>) == "outer-_-inner-_-square");
  CHECK(context(functions, function<&outer::Tools::square>) == "outer-_-Tools-_-square");
  CHECK(context(functions, function<&square_of_nowhere>) == "square_of_nowhere");
}

TEST_CASE("overloads do not clash, whichever is first; the same function twice is an error") {
  constexpr auto of_double = function<static_cast<double (*)(double)>(&outer::square)>;
  constexpr auto of_float = function<static_cast<float (*)(float)>(&outer::square)>;
  constexpr auto of_many =
      function<static_cast<int (*)(int, const std::string&, int (*)(const char*, ...))>(&outer::square)>;
  {
    Registry functions;
    CHECK(context(functions, of_double) == "outer-_-square");
    CHECK(context(functions, of_float) == "outer-_-square(float)");
    const std::string many = context(functions, of_many);
    CHECK(many.starts_with("outer-_-square(int, const std::"));
    CHECK(many.find('.') == std::string::npos);
    for (const auto& again : {fault_of([&] { context(functions, of_double); }),
                              fault_of([&] { context(functions, of_float); })}) {
      CHECK(again.find("it is defined already") != std::string::npos);
    }
  }
  Registry functions;
  CHECK(context(functions, of_float) == "outer-_-square");
  CHECK(context(functions, of_double) == "outer-_-square(double)");
}

TEST_CASE("of the two context functions both are defined, or none is") {
  registry::Catalogue catalogue{{}};
  catalogue.define(dynamic(FunctionKind::result, "stats-_-square"));
  CHECK_THROWS_AS(
      static_cast<void>(catalogue.define_context("stats::square", "(double)", dynamic(FunctionKind::map, {}),
                                                 dynamic(FunctionKind::result, {}))),
      UsageError);
  CHECK(catalogue.functions()->find(FunctionKind::map, "stats-_-square") == nullptr);
  CHECK(catalogue.functions()->mapfn.empty());
}

TEST_CASE("a table that was taken does not change") {
  registry::Catalogue catalogue{{}};
  catalogue.define(dynamic(FunctionKind::map, "early"));
  const auto before = catalogue.functions();
  catalogue.define(dynamic(FunctionKind::map, "late"));
  CHECK(before->find(FunctionKind::map, "early") != nullptr);
  CHECK(before->find(FunctionKind::map, "late") == nullptr);
  CHECK(before->find(FunctionKind::result, "early") == nullptr);
  CHECK(catalogue.functions()->find(FunctionKind::map, "late") != nullptr);
}

TEST_CASE("the function that context functions are made of can be called, and is the pointer too") {
  constexpr auto named = function<&outer::inner::square>;
  CHECK(named(3.0) == 9);
  double (*pointer)(double) = named;
  CHECK(pointer(4.0) == 16);
  const std::function<double(double)> stored = named;
  CHECK(stored(5.0) == 25);
  static_assert(noexcept(named(1.0)));
  Registry functions;
  functions.make_context_functions(named, [](double (*f)(double)) { return f; }, [](auto) { return sum; });
}

}  // namespace prong::test
