// Itanium mangling of the two exported functions, which need no substitution and no encoding of types beyond
// one: <mangled-name> ::= _Z N <source-name>+ E <bare-function-type>.
#include "names/symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace prong::names {
namespace {

void append_source_name(std::string& symbol, std::string_view identifier) {
  symbol += std::to_string(identifier.size());
  symbol += identifier;
}

std::string mangle(std::string_view outer_namespace, const QualifiedName& name) {
  if (name.is_dynamic()) {
    throw std::invalid_argument(fmt::format("the dynamic function '{}' has no symbol", name.function));
  }
  std::string symbol = "_ZN";
  append_source_name(symbol, outer_namespace);
  const std::string_view module = name.module;
  for (std::size_t begin = 0; begin <= module.size();) {
    const std::size_t end = std::min(module.find('.', begin), module.size());
    append_source_name(symbol, module.substr(begin, end - begin));
    begin = end + 1;
  }
  append_source_name(symbol, name.function);
  return symbol + "EPK11prong_batch";
}

}  // namespace

std::string map_symbol(const QualifiedName& name) { return mangle("mapfn", name); }

std::string result_symbol(const QualifiedName& name) { return mangle("resultfn", name); }

}  // namespace prong::names
