// Which Prong this is.
#pragma once

#include <prong/export.hpp>

#include <string_view>

namespace prong {

// Of the library that is loaded: "0.1.0".
[[nodiscard]] PRONG_API std::string_view version() noexcept;

}  // namespace prong
