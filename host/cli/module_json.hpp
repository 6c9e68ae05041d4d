// Modules, functions and findings for programs.
#pragma once

#include <prong/check.hpp>
#include <prong/function_info.hpp>

#include <span>
#include <string>

namespace prong::cli {

// An array of objects, on one line.
[[nodiscard]] std::string modules_json(std::span<const ModuleInfo> modules);
// The same, and in each object what was found.
[[nodiscard]] std::string reports_json(std::span<const CheckReport> reports);

}  // namespace prong::cli
