// How the end of an inspect or load job refuses the plugin file that it was about.
#pragma once

#include <prong/function_info.hpp>
#include <prong/outcome.hpp>

#include <chrono>

namespace prong::pool {

// The worker's own word when it gave one, else what its death says. `limit`: the time that it had.
[[nodiscard]] Refusal refusal_of_look(const Failure& failure, std::chrono::milliseconds limit);
[[nodiscard]] Refusal refusal_of_load(const Failure& failure, std::chrono::milliseconds limit);

// Whether the file is to blame, so that looking again at the same file is of no use. A SIGKILL comes from
// outside; a worker may lack descriptors.
[[nodiscard]] bool is_lasting(const Failure& failure);
// Whether another worker may answer otherwise.
[[nodiscard]] bool deserves_another_try(const Failure& failure);

}  // namespace prong::pool
