// `prong map`: source → job → printer.
#include "cli/commands.hpp"
#include "cli/interruption.hpp"
#include "cli/job_setup.hpp"
#include "cli/printer.hpp"

namespace prong::cli {

ExitStatus map(const Options& options, Interruption& interruption) {
  Pool pool{make_registry(options), pool_options(options, workers_wanted(options))};
  const auto source = make_source(options, pool);
  const Job job = pool.open(map_call(options, *source, printed_encoding(options)));
  Printer printer{options.on_error, *source};
  Halt halt{job};
  const Interruption::Drain drain{interruption, halt};
  flow(*source, job, printer, halt);
  return printer.status();
}

}  // namespace prong::cli
