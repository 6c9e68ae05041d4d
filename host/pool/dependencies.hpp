// Whether what a plugin depends on has changed: a refusal holds only as long as it has not.
#pragma once

#include <prong/function_info.hpp>

#include <cstddef>

namespace prong::pool {

// A number that differs, in all likelihood, when a file appears, goes or changes where the dynamic linker
// looks for the module's libraries: its run path, the usual folders, and the linker's cache (ld.so(8)). Stats
// only.
[[nodiscard]] std::size_t dependency_stamp(const ModuleInfo& module);

}  // namespace prong::pool
