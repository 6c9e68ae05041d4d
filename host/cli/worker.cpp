// `prong worker`: this machine's part in an engine.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/interruption.hpp"
#include "cli/job_setup.hpp"

#include <prong/node.hpp>

#include <fmt/format.h>

namespace prong::cli {

ExitStatus worker(const Options& options, Interruption& interruption) {
  PoolOptions pool = local_pool_options(options, 0);
  pool.workers = options.workers;
  Node node{make_registry(options),
            {.engine = options.engine, .pool = pool, .log = [](const std::string& line) {
               console::complain(line);
             }}};
  if (options.engine.address == "mpi" && node.rank() == 0)
    throw WrongUsage{
        "--on mpi: rank 0 is the one that gives work to the others: start prong map, run, call or bench "
        "there"};
  const Interruption::Drain drain{interruption, [&node] { node.stop(); }};
  node.serve();
  const NodeStatistics statistics = node.statistics();
  console::complain(fmt::format("ran {} items in {} chunks", statistics.items, statistics.chunks));
  return ExitStatus::success;
}

}  // namespace prong::cli
