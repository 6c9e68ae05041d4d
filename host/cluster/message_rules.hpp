// What must hold between the fields of a message that was read, so that whoever uses it needs not look.
// Internal to this folder.
#pragma once

#include "cluster/message.hpp"

namespace prong::cluster {

[[nodiscard]] bool is_consistent(const Request& request);
[[nodiscard]] bool is_consistent(const Answer& answer);
[[nodiscard]] inline bool is_consistent(const Claim& /*claim*/) { return true; }
[[nodiscard]] bool is_consistent(const ClaimAnswer& answer);

}  // namespace prong::cluster
