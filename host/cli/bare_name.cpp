// A look through all plugins.
#include "cli/bare_name.hpp"

#include <prong/error.hpp>
#include <prong/wording.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace prong::cli {

void check_has_module(const Options& options, Pool& pool) {
  const std::string& name = options.function;
  if (name.find('.') != std::string::npos || !options.engine.address.empty()) return;
  std::vector<std::string> bare;
  std::vector<std::string> whole;
  for (const ModuleInfo& module : pool.modules()) {
    for (const FunctionInfo& function : module.functions) {
      bare.push_back(function.name.substr(function.name.rfind('.') + 1));
      whole.push_back(function.name);
    }
  }
  const auto meant = prong::closest(name, bare);
  if (!meant) return;
  const auto at = static_cast<std::size_t>(std::ranges::find(bare, *meant) - bare.begin());
  throw CannotFind{fmt::format(
      "cannot find map function '{}': a function is called with its module before it (did you mean '{}'?)",
      name, whole[at])};
}

}  // namespace prong::cli
