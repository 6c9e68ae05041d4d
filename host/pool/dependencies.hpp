// Whether what a refusal depends on has changed: it holds only as long as it has not.
#pragma once

#include <prong/function_info.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace prong::pool {

// A number that differs, in all likelihood, when a file appears, goes or changes where the dynamic linker
// looks for the libraries of the module (its run path, the system's folders, the linker's cache: ld.so(8)),
// or in the place that the file should have by its notes. Stats only.
[[nodiscard]] std::size_t dependency_stamp(const ModuleInfo& module);

// The file of a library that the module needs, where the linker looks, if this process may read it.
[[nodiscard]] std::optional<std::filesystem::path> find_library(const ModuleInfo& module,
                                                                const std::string& soname);

}  // namespace prong::pool
