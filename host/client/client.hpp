// The pool whose items run on the nodes of an engine.
#pragma once

#include "pool/backend.hpp"
#include "registry/catalogue.hpp"

#include <prong/options.hpp>

#include <memory>

namespace prong::client {

// Throws UsageError when options do not go together, PoolBroken when there is no thread to be had. Whether
// the engine can be reached shows with the first call.
[[nodiscard]] std::shared_ptr<pool::Backend> make_client(std::shared_ptr<const registry::Catalogue> catalogue,
                                                         const PoolOptions& options);

}  // namespace prong::client
