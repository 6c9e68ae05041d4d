// Who serves what, from the text that a broker gives of it.
#pragma once

#include "cluster/exchange.hpp"

#include <optional>
#include <string_view>

namespace prong::cluster::gearman {

// Of the lines "queue \t jobs \t running \t workers"; nullopt: one of them is something else.
[[nodiscard]] std::optional<Servers> servers_from_status(std::string_view lines);

}  // namespace prong::cluster::gearman
