// Checks of what is defined, and looking it up.
#include "registry/function_table.hpp"

#include "names/printable.hpp"
#include "names/qualified_name.hpp"

#include <prong/error.hpp>
#include <prong/registry.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace prong::registry {

namespace {

UsageError cannot_define(const FunctionInfo& function, std::string_view why) {
  return UsageError{fmt::format("cannot define {} '{}': {}", kind_words(function.kind),
                                names::printable(function.name), why)};
}

void check_name(const FunctionInfo& function) {
  try {
    if (names::parse(function.name).is_dynamic()) return;
  } catch (const std::invalid_argument& error) {
    if (function.name.find('.') == std::string::npos) throw cannot_define(function, error.what());
  }
  throw cannot_define(function, "names with a dot are those of plugins' functions");
}

}  // namespace

std::string_view kind_words(FunctionKind kind) noexcept {
  return kind == FunctionKind::map ? "map function" : "result function";
}

const DynamicFunction* FunctionTable::find(FunctionKind kind, std::string_view name) const {
  const auto found = of(kind).find(name);
  return found != of(kind).end() ? found->second.get() : nullptr;
}

void FunctionTable::add(DynamicFunction function) {
  check_name(function.info);
  if (find(function.info.kind, function.info.name) != nullptr) {
    throw cannot_define(function.info, "it is defined already");
  }
  auto& functions = function.info.kind == FunctionKind::map ? mapfn : resultfn;
  const std::string name = function.info.name;
  functions.emplace(name, std::make_shared<const DynamicFunction>(std::move(function)));
}

}  // namespace prong::registry

namespace prong::detail {

std::string complete(FunctionInfo& function, DefineOptions options) {
  using registry::cannot_define;
  if (!options.parameters.empty() && options.parameters.size() != function.parameters.size()) {
    throw cannot_define(function, fmt::format("it has {} parameters, and {} names are given for them",
                                              function.parameters.size(), options.parameters.size()));
  }
  if (options.pure && function.kind == FunctionKind::result) {
    throw cannot_define(function, "only map functions are pure");
  }
  std::string names;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    std::string name = i > 0                                ? fmt::format("argument{}", i + 1)
                       : function.kind == FunctionKind::map ? "item"
                                                            : "results";
    if (!options.parameters.empty()) name = std::move(options.parameters[i]);
    if (!names::is_identifier(name)) {
      throw cannot_define(function, fmt::format("'{}' is not the name of a parameter: names are identifiers",
                                                names::printable(name)));
    }
    if (std::ranges::find(function.parameters, name, &Parameter::name) != function.parameters.end()) {
      throw cannot_define(function, fmt::format("two parameters have the name '{}'", name));
    }
    names += (i > 0 ? "," : "") + name;
    function.parameters[i].name = std::move(name);
  }
  function.doc = std::move(options.doc);
  function.pure = options.pure;
  return names;
}

}  // namespace prong::detail
