// `prong info`: everything known about a module or function.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/job_setup.hpp"
#include "cli/module_json.hpp"
#include "cli/module_text.hpp"
#include "cli/sandbox_text.hpp"

#include <fmt/format.h>

namespace prong::cli {

ExitStatus info(const Options& options, Interruption&) {
  if (options.tells_sandbox) {
    const auto levels = try_sandboxes();
    console::print(options.json ? sandboxes_json(levels) + '\n' : sandboxes_text(levels));
    return ExitStatus::success;
  }
  Pool pool{make_registry(options), pool_options(options, 1)};
  const std::vector<ModuleInfo> modules = pool.find(options.name);
  if (options.json) {
    console::print(modules_json(modules) + '\n');
  } else {
    console::print(info_text(modules, console::shows_colours()));
  }
  ExitStatus status = ExitStatus::success;
  for (const ModuleInfo& module : modules) {
    if (module.shadowed_by || !module.refusal) continue;
    const Refusal& refusal = *module.refusal;
    console::complain(fmt::format("cannot use '{}': {}: required {}; found {}; to mend it: {} [{}]",
                                  options.name, module.file.native(), refusal.required, refusal.found,
                                  refusal.fix, refusal.code));
    status = ExitStatus::cannot_find;
  }
  return status;
}

}  // namespace prong::cli
