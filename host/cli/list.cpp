// `prong list`: what lies on the plugin path.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/job_setup.hpp"
#include "cli/module_json.hpp"
#include "cli/module_text.hpp"

namespace prong::cli {

ExitStatus list(const Options& options, Interruption&) {
  const Registry registry = make_registry(options);
  Pool pool{registry, pool_options(options, 1)};
  const std::vector<ModuleInfo> modules = pool.modules();
  if (options.names) {
    console::print(function_names(modules));
  } else if (options.json) {
    console::print(modules_json(modules) + '\n');
  } else if (modules.empty()) {
    console::print(no_modules_text(registry.plugin_path()));
  } else {
    console::print(modules_text(modules, console::shows_colours()));
  }
  return ExitStatus::success;
}

}  // namespace prong::cli
