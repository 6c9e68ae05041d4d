// The functions that the host itself defined, by name.
#pragma once

#include <prong/dynamic_function.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace prong::registry {

[[nodiscard]] std::string_view kind_words(FunctionKind kind) noexcept;  // "map function"

// A value that never changes once it is shared: a pool keeps the one of its start.
struct FunctionTable {
  using Functions = std::map<std::string, std::shared_ptr<const DynamicFunction>, std::less<>>;
  Functions mapfn;
  Functions resultfn;
  // Of context functions, by name: the whole function that they were made of, "stats.square(double)".
  std::map<std::string, std::string, std::less<>> contexts;

  [[nodiscard]] bool empty() const noexcept { return mapfn.empty() && resultfn.empty(); }
  [[nodiscard]] const Functions& of(FunctionKind kind) const noexcept {
    return kind == FunctionKind::map ? mapfn : resultfn;
  }
  // nullptr: there is none.
  [[nodiscard]] const DynamicFunction* find(FunctionKind kind, std::string_view name) const;
  // Throws UsageError when the name is none, is a plugin's or is taken.
  void add(DynamicFunction function);
};

}  // namespace prong::registry
