// Core dumps of workers: where they come to lie.
#pragma once

#include <filesystem>

namespace prong::pool {

// As an absolute path; empty stays empty. Throws UsageError when no core would ever come there: no such
// folder, a limit of none, or a system that takes all cores for itself.
[[nodiscard]] std::filesystem::path checked_core_directory(const std::filesystem::path& directory);

// Of a worker that is dead: the dump that it left, by its final name; empty: it left none. The kernel's name
// for it may be the same for all, so each worker dumps in a folder of its own (worker/crash_handler).
[[nodiscard]] std::filesystem::path collect_core(const std::filesystem::path& directory, int pid);

}  // namespace prong::pool
