// The exported symbols of a plugin's functions: Itanium C++ mangling of mapfn::… and resultfn::….
#pragma once

#include "names/qualified_name.hpp"

#include <string>

namespace prong::names {

// The mangled name of `mapfn::MODULE::FUNCTION(const prong_batch*)`. `name` must be a plugin's, not dynamic;
// throws std::invalid_argument otherwise.
// https://itanium-cxx-abi.github.io/cxx-abi/abi.html#mangling
[[nodiscard]] std::string map_symbol(const QualifiedName& name);

// The same for `resultfn::MODULE::FUNCTION(const prong_batch*)`.
[[nodiscard]] std::string result_symbol(const QualifiedName& name);

}  // namespace prong::names
