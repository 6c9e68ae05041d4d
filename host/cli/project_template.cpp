// Texts with places for the module's names.
#include "cli/project_template.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace prong::cli {

namespace {

constexpr std::string_view cmake_text = R"(# The Prong plugin @MODULE@, and its tests.
cmake_minimum_required(VERSION 3.25)
project(@PROJECT@ VERSION 0.1.0 LANGUAGES C CXX)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
find_package(prong REQUIRED)

prong_add_plugin(@MODULE@ SOURCES @SOURCE@)

enable_testing()
add_test(NAME check COMMAND ${PRONG_COMMAND} check $<TARGET_FILE:@MODULE@-plugin>)
set(plugins --plugins $<TARGET_FILE_DIR:@MODULE@-plugin>)
add_test(NAME map COMMAND ${PRONG_COMMAND} map @MODULE@.twice 1 2.5 ${plugins})
set_tests_properties(map PROPERTIES PASS_REGULAR_EXPRESSION "^2\n5\n$")
add_test(NAME run COMMAND ${PRONG_COMMAND} run @MODULE@.twice 1 2.5 ${plugins})
set_tests_properties(run PROPERTIES PASS_REGULAR_EXPRESSION "^7\n$")
)";

constexpr std::string_view readme_text = R"(# @MODULE@

A plugin for Prong. To build, test and install it:

    cmake -B build && cmake --build build && ctest --test-dir build --output-on-failure
    cmake --install build --prefix PREFIX

PREFIX is where Prong is installed; or copy the .so into ~/.local/share/prong/plugins. Then:

    prong info @MODULE@
    seq 5 | prong map @MODULE@.twice
    seq 5 | prong run @MODULE@.twice
)";

constexpr std::string_view cpp_text =
    R"(// The module `@MODULE@`: a function for each input, and one for all results.
#define PRONG_NAMESPACE plugin  // around the module's, so that it can have the name of something in a header
#include <prong/plugin.hpp>

#include <numeric>
#include <span>
#include <stdexcept>
@MACROS@
namespace plugin::@NAMESPACE@ {

// An exception fails the input that threw it; the others go on.
double twice(double x) {
  if (x < 0) throw std::domain_error("a negative number");
  return 2 * x;
}

// The results of all inputs, in their order.
double sum(std::span<const double> results) { return std::accumulate(results.begin(), results.end(), 0.0); }

}  // namespace plugin::@NAMESPACE@

// What `prong info` shows. After a description come the names of the function's parameters.
PRONG_MODULE(@NAMESPACE@, "What it is for", "0.1.0", "MIT")
PRONG_MAP(@NAMESPACE@, twice, "Twice x; fails when x is negative", x)
PRONG_RESULT(@NAMESPACE@, twice, sum, "The sum of the results")
)";

constexpr std::string_view c_text =
    R"(/* The module `@MODULE@`: a function for each input, and one for all results. */
#include <prong/plugin_c.h>
@MACROS@
/* A batch has many inputs. Each ends with a result, or with a failure of its own. */
static int32_t twice(const prong_batch* batch) {
  const double* x = batch->items;
  double* results = batch->results;
  for (uint64_t i = 0; i < batch->count; ++i) {
    prong_begin(batch, i);
    if (x[i] < 0)
      prong_fail(batch, i, "domain_error", "a negative number");
    else
      results[i] = 2 * x[i];
  }
  prong_end(batch);
  return 0;
}

/* The results of all inputs, in their order, are one batch. */
static int32_t sum(const prong_batch* batch) {
  const double* all = batch->items;
  double total = 0;
  for (uint64_t i = 0; i < batch->count; ++i) total += all[i];
  *(double*)batch->results = total;
  return 0;
}

/* What `prong info` shows. After the name and the C function come a description, the type of the result, and
 * each parameter with its type. */
PRONG_C_MODULE((@SEGMENTS@), "What it is for", "0.1.0", "MIT");
PRONG_C_MAP((@SEGMENTS@), twice, twice, "Twice x; fails when x is negative", "f64", (x, "f64"));
PRONG_C_RESULT((@SEGMENTS@), twice, sum, "The sum of the results", "f64", (results, "[f64]"));
)";

constexpr std::string_view rust_text =
    R"(//! The module `@MODULE@`: a function for each input, and one for all results.
include!(env!("PRONG_PLUGIN_RS"));

// An `Err` fails the input that it was made for, as a panic does; the others go on.
fn twice(x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err("a negative number".into());
    }
    Ok(2.0 * x)
}

// The results of all inputs, in their order.
fn sum(results: &[f64]) -> f64 {
    results.iter().sum()
}

// What `prong info` shows.
prong_module!(@MODULE@, "What it is for", "0.1.0", "MIT");
prong_map!(@MODULE@, twice(x: f64) -> f64, "Twice x; fails when x is negative");
prong_result!(@MODULE@, twice, sum(results: [f64]) -> f64, "The sum of the results");
)";

// Names of headers' macros, or likely ones, which would not reach the compiler.
bool may_be_macro(std::string_view name) {
  constexpr std::string_view small = " errno linux s6_addr sched_priority stderr stdin stdout unix ";
  if (small.find(fmt::format(" {} ", name)) != std::string_view::npos) return true;
  const auto is_capital = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  return is_capital(name.front()) && is_capital(name[name.size() > 1 ? 1 : 0]);
}

std::string without_macro(std::string_view name) {
  return may_be_macro(name) ? fmt::format("#undef {}  // which a header may have defined\n", name) : "";
}

struct Language {
  std::string_view source;
  std::string_view extension;
};

Language language_of(PluginLanguage language) {
  switch (language) {
    case PluginLanguage::c:
      return {c_text, ".c"};
    case PluginLanguage::rust:
      return {rust_text, ".rs"};
    default:
      return {cpp_text, ".cpp"};
  }
}

std::string with(std::string text, std::string_view place, std::string_view value) {
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
    text.replace(at, place.size(), value);
  return text;
}

// `convert` of each segment, with `between` between them.
template <class Convert>
std::string joined(std::string_view module, std::string_view between, Convert convert) {
  std::string text;
  for (;;) {
    const std::size_t dot = module.find('.');
    text += convert(module.substr(0, dot));
    if (dot == std::string_view::npos) return text;
    text += between;
    module.remove_prefix(dot + 1);
  }
}

}  // namespace

std::vector<ProjectFile> plugin_project(const std::string& module, PluginLanguage language) {
  const auto same = [](std::string_view segment) { return std::string{segment}; };
  const std::string macros = joined(module, "", without_macro);
  const auto [source_text, extension] = language_of(language);
  const std::string source = fmt::format("{}{}", module.substr(module.rfind('.') + 1), extension);
  const auto filled = [&](std::string_view text) {
    std::string content{text};
    content = with(std::move(content), "@MODULE@", module);
    content = with(std::move(content), "@PROJECT@", joined(module, "-", same));
    content = with(std::move(content), "@NAMESPACE@", joined(module, "::", same));
    content = with(std::move(content), "@MACROS@", macros.empty() ? macros : '\n' + macros);
    content = with(std::move(content), "@SEGMENTS@", joined(module, ", ", same));
    return with(std::move(content), "@SOURCE@", source);
  };
  return {{.name = "CMakeLists.txt", .content = filled(cmake_text)},
          {.name = source, .content = filled(source_text)},
          {.name = "README.md", .content = filled(readme_text)}};
}

}  // namespace prong::cli
