// From options to what speaks with an engine.
#pragma once

#include "cluster/exchange.hpp"
#include "cluster/seal.hpp"

#include <prong/engine.hpp>

#include <memory>

namespace prong::engines {

// Throws UsageError when the address is none, or the engine could be reached by others and there is no key;
// Refused ("no-mpi") when there is none. MPI's blocks until all ranks have come.
[[nodiscard]] std::unique_ptr<cluster::Exchange> make_exchange(const EngineOptions& options);

// With the options' key, if there is one. Throws UsageError.
[[nodiscard]] cluster::Seal make_seal(const EngineOptions& options);

}  // namespace prong::engines
