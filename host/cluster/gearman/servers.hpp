// Who serves what, from the text that a broker gives of it.
#pragma once

#include "cluster/exchange.hpp"

#include <string_view>

namespace prong::cluster::gearman {

// Of the lines "queue \t jobs \t running \t workers". Others are passed over: the name of a queue, which
// anybody may have made, can hold the end of a line.
[[nodiscard]] Servers servers_from_status(std::string_view lines);

}  // namespace prong::cluster::gearman
