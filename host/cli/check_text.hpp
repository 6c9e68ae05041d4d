// What a check found, as people read it.
#pragma once

#include <prong/check.hpp>

#include <string>
#include <string_view>

namespace prong::cli {

// A line for the file, named as the user named it, and a paragraph for each finding.
[[nodiscard]] std::string report_text(std::string_view file, const CheckReport& report, bool coloured);

}  // namespace prong::cli
