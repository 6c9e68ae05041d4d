// Which engine, and whether it may be used without a key.
#include "engines/exchanges.hpp"

#include "cluster/address.hpp"
#include "cluster/gearman/exchange.hpp"
#include "cluster/mpi/exchange.hpp"
#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

namespace prong::engines {

using namespace cluster;

std::unique_ptr<Exchange> make_exchange(const EngineOptions& options) {
  const EngineAddress address = parse_engine_address(options.address);
  if (options.patience < limits::patience_least)
    throw UsageError{fmt::format("patience {} ms: it must be {} ms at least", options.patience.count(),
                                 limits::patience_least.count())};
  if (options.patience > limits::patience_most)
    throw UsageError{
        fmt::format("patience {} ms: it can be {} h at most", options.patience.count(),
                    std::chrono::duration_cast<std::chrono::hours>(limits::patience_most).count())};
  if (address.kind == EngineKind::mpi && !options.key.empty())
    throw UsageError{
        "a key with MPI: there is no broker to keep from reading, so nothing is sealed; leave it out"};
  if (address.kind == EngineKind::mpi) return std::make_unique<cluster::mpi::MpiExchange>();
  if (options.key.empty() && !options.insecure && !is_loopback(address)) {
    throw UsageError{fmt::format(
        "{}: whoever reaches this broker could read all data and run any function: give a key file (of 32 "
        "random bytes, that client and nodes share), or say that this is to be insecure",
        options.address)};
  }
  return std::make_unique<cluster::gearman::GearmanExchange>(address);
}

Seal make_seal(const EngineOptions& options) {
  return options.key.empty() ? Seal{} : Seal{read_key(options.key)};
}

}  // namespace prong::engines
