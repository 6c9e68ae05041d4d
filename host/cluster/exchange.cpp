// What no engine carries.
#include "cluster/exchange.hpp"

#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

namespace prong::cluster {

void check_payload(std::span<const std::byte> payload) {
  if (payload.size() > limits::engine_payload_bytes_max)
    throw UsageError{fmt::format(
        "{} bytes at one time are more than an engine carries ({}): give smaller items, or fewer in a chunk",
        payload.size(), limits::engine_payload_bytes_max)};
}

}  // namespace prong::cluster
