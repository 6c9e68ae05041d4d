// Which names a new module can have.
#pragma once

#include <string_view>

namespace prong::cli {

// Throws WrongUsage, saying what is wrong with it.
void check_module_name(std::string_view name);

}  // namespace prong::cli
