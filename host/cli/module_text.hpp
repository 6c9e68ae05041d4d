// Modules and functions as people read them.
#pragma once

#include <prong/function_info.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cli {

// "square(x: f64) -> f64".
[[nodiscard]] std::string signature_text(const FunctionInfo& function);
// What a map function's items are: its first parameter when others are bound, else all of them.
[[nodiscard]] std::string item_type(const FunctionInfo& function, bool binds);

// A paragraph for each module: what it is, where it lies, its functions, or why it is not used.
[[nodiscard]] std::string modules_text(std::span<const ModuleInfo> modules, bool coloured);
[[nodiscard]] std::string no_modules_text(const std::vector<std::filesystem::path>& folders);
// Of map functions that can be called, a line for each.
[[nodiscard]] std::string function_names(std::span<const ModuleInfo> modules);

// Everything that is known of these, down to the functions' symbols.
[[nodiscard]] std::string info_text(std::span<const ModuleInfo> modules, bool coloured);

}  // namespace prong::cli
